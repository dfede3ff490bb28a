import type { PaymentAttempt } from '../../../models/payments/attempts.ts';
import { PaymentHistory } from '../../../models/payments/history.ts';
import { failureProbabilities, type PaymentModel } from '../../../models/payments/model.ts';
import { paymentSignalsOf } from '../../../models/payments/signals.ts';
import type { Served } from '../served-models.ts';
import type { Guard } from '../time-limit.ts';

/** Attempts to take money, as the payment model reads them. */
export interface PaymentAttempts {
  /** The newest orders' attempts, in slices. */
  newest(ordersMax: number): AsyncIterable<readonly PaymentAttempt[]>;
  /** An order's attempts, and those before them of its shopper, its network and of late; each once, in any order. */
  around(orderId: string): Promise<readonly PaymentAttempt[]>;
}

/** What was to be expected of one attempt, by what was known before it. */
export interface AttemptOutlook {
  readonly chargeKey: string;
  readonly at: string;
  readonly amountCents: number;
  readonly method: string;
  /** Probabilities; together 1. */
  readonly success: number;
  readonly failure: number;
  /** What came of it; null: not known, or void. */
  readonly succeeded: boolean | null;
  /** The attempt is older than the model, which may have learnt from it. */
  readonly beforeTraining: boolean;
}

export interface PaymentOutlook {
  /** No model serves: nothing is told. */
  readonly degraded: boolean;
  readonly modelVersion: number | null;
  readonly trainedAt: string | null;
  readonly attempts: readonly AttemptOutlook[];
}

const WITHOUT: PaymentOutlook = { degraded: true, modelVersion: null, trainedAt: null, attempts: [] };

/**
 * Owns: the probability that an order's payments succeed, worked out when somebody asks. No order waits for it and nothing is
 * stored, so that it costs a payment nothing. Does not own: what is done about it.
 */
export class PaymentOutlooks {
  readonly #model: () => Served<PaymentModel> | undefined;
  readonly #attempts: Pick<PaymentAttempts, 'around'>;
  readonly #guard: Guard;

  constructor(options: {
    readonly model: () => Served<PaymentModel> | undefined;
    readonly attempts: Pick<PaymentAttempts, 'around'>;
    readonly guard: Guard;
  }) {
    this.#model = options.model;
    this.#attempts = options.attempts;
    this.#guard = options.guard;
  }

  /** Rejects when the attempts can't be read. */
  async of(orderId: string): Promise<PaymentOutlook> {
    const served = this.#model();
    if (served === undefined) return WITHOUT;
    const attempts = await this.#guard(() => this.#attempts.around(orderId));
    const history = new PaymentHistory();
    const own: PaymentAttempt[] = [];
    const values: Float64Array[] = [];
    for (const attempt of [...attempts].sort((one, other) => one.atMs - other.atMs)) {
      if (attempt.orderId === orderId) {
        own.push(attempt);
        values.push(paymentSignalsOf(attempt, history.before(attempt)));
      }
      history.add(attempt);
    }
    const failures = failureProbabilities(served.opened, values);
    return {
      degraded: false,
      modelVersion: served.version,
      trainedAt: served.trainedAt,
      attempts: own.map(({ chargeKey, atMs, amountCents, method, succeeded }, index) => {
        const failure = failures[index] ?? 0;
        return {
          chargeKey,
          at: new Date(atMs).toISOString(),
          amountCents,
          method,
          success: 1 - failure,
          failure,
          succeeded,
          beforeTraining: atMs <= Date.parse(served.trainedAt),
        };
      }),
    };
  }
}

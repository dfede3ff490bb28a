import { spreadOf } from '../../adapters/main/drills/quantiles.ts';
import type { Queryable } from '../../adapters/postgres/database.ts';
import { BenchInvalid } from '../harness/bench.ts';
import type { Checkout } from './checkouts.ts';

/** How an order was decided: confirmed with its parcel booked, or cancelled with nothing held and nothing charged. */
export interface Decision {
  readonly orderId: string;
  readonly verdict: 'processing' | 'cancelled';
  /**
   * When the step reached the order's log in the database, just before its commit; milliseconds since the epoch. Needs
   * `recordLandings` before the run.
   */
  readonly atMs: number;
}

/** Of every order that was decided, by its Idempotency-Key, which is unique in the run. */
export async function readDecisions(database: Queryable): Promise<ReadonlyMap<string, Decision>> {
  const rows = await database.query<Decision & { readonly key: string }>(
    `select distinct on (known.key) known.key, known.order_id as "orderId", log.to_state as verdict,
       (extract(epoch from log.landed_at) * 1000)::float8 as "atMs"
     from orders.idempotency known join orders.actor_log log on log.kind = 'order' and log.id = known.order_id
     where log.to_state in ('processing', 'cancelled') and log.from_state <> log.to_state
     order by known.key, log.version`,
  );
  return new Map(rows.map(({ key, ...decision }) => [key, decision]));
}

/** A checkout with the decision of its order. */
export interface Decided {
  readonly checkout: Checkout;
  readonly decision: Decision;
}

export function decidedOf(
  checkouts: readonly Checkout[],
  decisions: ReadonlyMap<string, Decision>,
): readonly Decided[] {
  return checkouts.flatMap((checkout) => {
    const decision = decisions.get(checkout.key);
    return decision === undefined ? [] : [{ checkout, decision }];
  });
}

/** From the request to the decision, milliseconds. */
export function untilDecided(decided: readonly Decided[]): ReturnType<typeof spreadOf> {
  return spreadOf(decided.map(({ checkout, decision }) => decision.atMs - checkout.beganMs));
}

/** From the request to its answer, milliseconds; whatever the answer was. */
export function untilAnswered(checkouts: readonly Checkout[]): ReturnType<typeof spreadOf> {
  return spreadOf(
    checkouts.flatMap(({ answer, beganMs }) => (answer === undefined ? [] : [answer.atMs - beganMs])),
  );
}

/** Accepted; sold out; told to come back later. */
const PROPER_ANSWERS: ReadonlySet<number> = new Set([202, 409, 503]);

/**
 * Whoever was told yes has an order, whoever was told no has none, nobody was told anything else, and at most
 * `unansweredMax` were told nothing. Throws BenchInvalid otherwise.
 */
export function requireProperAnswers(
  checkouts: readonly Checkout[],
  decisions: ReadonlyMap<string, Decision>,
  unansweredMax: number,
): void {
  const unanswered: Checkout[] = [];
  for (const checkout of checkouts) {
    const { key, answer } = checkout;
    if (answer === undefined) {
      unanswered.push(checkout);
    } else if (!PROPER_ANSWERS.has(answer.status)) {
      throw new BenchInvalid(`checkout ${key} was answered with ${String(answer.status)}`);
    } else if ((answer.status === 202) !== decisions.has(key)) {
      throw new BenchInvalid(
        `checkout ${key} was answered with ${String(answer.status)}, and ` +
          (decisions.has(key) ? 'has an order' : 'has no order that was decided'),
      );
    }
  }
  if (unanswered.length > unansweredMax) {
    const [first] = unanswered;
    throw new BenchInvalid(
      `${String(unanswered.length)} checkouts were not answered, the first ${String(first?.key)} (${first?.lost ?? 'cut off'})`,
    );
  }
}

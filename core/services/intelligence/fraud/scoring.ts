import { followUp } from '../../../engine/compose.ts';
import type { Participant, ParticipantTools } from '../../../engine/participant-port.ts';
import { BadMessage, errorMessage, ValueRefused } from '../../../kernel/errors.ts';
import type { Message } from '../../../kernel/message.ts';
import { currentVersionOf, type MessageOf } from '../../../messages/catalogue.ts';
import type { FraudVerdict } from '../../../models/fraud/model.ts';
import type { OrderFacts, PastOrder } from '../../../models/fraud/orders.ts';
import { signalsOf } from '../../../models/fraud/signals.ts';
import { withinTime } from '../../within-time.ts';
import { timeOfId } from '../account-age.ts';
import type { FraudStore, KeptVerdict, OrderOutcome, SeenOrder } from './store.ts';

/**
 * The fraud score of orders, as the intelligence service gives it.
 *
 * Owns: what is asked of the history, and telling the score. Does not own: what a score leads to (the order saga).
 * In: orders that were placed, and what became of them. Out: `fraud.scored`, once per order.
 *
 * I1. No order waits for a score: a model that is away, off, slow or broken gives none, and the order is only remembered.
 * I2. An order has one verdict: a repeat of its message tells the first one again, under the same id (P14).
 * I3. Of people only keyed hashes are kept, besides the shopper's id.
 */
export const SCORED_BY = [
  'order.placed',
  'payment.failed',
  'payment.disputed',
  'order.refund.requested',
  'order.review.decided',
] as const;
type FraudNews = MessageOf<(typeof SCORED_BY)[number]>;
type PlacedOrder = MessageOf<'order.placed'>;

/** Says of orders what they look like. */
export interface FraudScorer {
  /** In the order of the rows; undefined: no model serves, or it is switched off. */
  score(rows: readonly Float64Array[]): Promise<ScoredRows | undefined>;
}

export interface ScoredRows {
  readonly modelVersion: number;
  readonly verdicts: readonly FraudVerdict[];
}

export interface FraudScoringOptions {
  readonly tools: ParticipantTools;
  readonly store: FraudStore;
  readonly scorer: FraudScorer;
  /** A keyed hash: equal texts have equal ones, and nobody can try texts without the key. */
  readonly hash: (text: string) => string;
  /** Whose orders are neither judged nor remembered, by their mail address: simulated shoppers buy like no person does. */
  readonly isPassedOver: (email: string) => boolean;
  /** Keeps a scorer that fails from being asked again and again. */
  readonly guard?: <Result>(call: () => Promise<Result>) => Promise<Result>;
  /** How long a group may wait for its scores, milliseconds. */
  readonly scoreTimeoutMs?: number;
}

const SCORE_TIMEOUT_MS = 250;
/** Messages handled at once; what arrives together is scored together. */
const CONCURRENCY = 256;
/** Orders of one look into the history. */
const ORDERS_MAX = 64;

export function createFraudScoring(options: FraudScoringOptions): Participant {
  const { tools, store } = options;
  const score = tools.microBatch((placed: readonly PlacedOrder[]) => scoreGroup(options, placed), {
    itemsMax: ORDERS_MAX,
  });
  const learn = tools.microBatch(async (outcomes: readonly OrderOutcome[]) => {
    await store.learn(outcomes);
    return outcomes.map(() => undefined);
  });
  return {
    service: 'intelligence',
    accepts: SCORED_BY,
    concurrency: CONCURRENCY,
    handle: async (message) => {
      const news = asNews(message);
      if (news.type !== 'order.placed') {
        await learn(outcomeOf(news));
        return;
      }
      if (options.isPassedOver(news.data.email)) return;
      const refused = await score(news);
      if (refused !== undefined) throw refused;
    },
  };
}

/** Answers each order with what is wrong with it; one that the store refuses does not sink its neighbours (P8). */
async function scoreGroup(
  options: FraudScoringOptions,
  placed: readonly PlacedOrder[],
): Promise<readonly (Error | undefined)[]> {
  try {
    await scoreTogether(options, placed);
    return placed.map(() => undefined);
  } catch (error) {
    if (!(error instanceof ValueRefused)) throw error;
    if (placed.length === 1) return [error];
    const outcomes: (Error | undefined)[] = [];
    for (const one of placed) outcomes.push(...(await scoreGroup(options, [one])));
    return outcomes;
  }
}

async function scoreTogether(options: FraudScoringOptions, placed: readonly PlacedOrder[]): Promise<void> {
  const { tools, store, hash } = options;
  const facts = new Map(placed.map((message) => [message.data.orderId, factsOf(message, hash)]));
  const { seen, past } = await store.look([...facts.values()]);
  const fresh = [...facts.values()].filter(({ orderId }) => !seen.has(orderId));
  const values = valuesOf(fresh, past);
  const scored = fresh.length === 0 ? undefined : await scoresOf(options, values);
  const kept = fresh.map((order, index): SeenOrder => {
    const verdict = scored?.verdicts[index];
    return {
      ...order,
      values: values[index] ?? [],
      verdict:
        verdict === undefined || scored === undefined
          ? null
          : { ...verdict, modelVersion: scored.modelVersion },
    };
  });
  const verdicts = new Map<string, KeptVerdict | null>([
    ...seen,
    ...kept.map(({ orderId, verdict }) => [orderId, verdict] as const),
  ]);
  const messages = placed.flatMap((message) => {
    const { orderId } = message.data;
    const verdict = verdicts.get(orderId) ?? null;
    if (verdict === null) return [];
    const { score, reasons } = verdict;
    const draft = { type: 'fraud.scored', subject: orderId, data: { orderId, score, reasons } };
    return [followUp(message, draft, 0, tools.clock.now(), currentVersionOf)];
  });
  const row = messages.length === 0 ? undefined : tools.outbox.row(messages);
  try {
    if (kept.length > 0 || row !== undefined) await store.keep(kept, row);
  } catch (error) {
    if (row !== undefined) tools.outbox.abandoned(row);
    throw error;
  }
  if (row !== undefined) tools.outbox.committed(row);
}

/** Each order is seen with those of its group that were placed before it. */
function valuesOf(orders: readonly OrderFacts[], past: readonly PastOrder[]): Float64Array[] {
  const together = new Related(past);
  const values = new Map<string, Float64Array>();
  for (const order of [...orders].sort((one, other) => one.placedAtMs - other.placedAtMs)) {
    values.set(order.orderId, signalsOf(order, together.of(order)));
    together.add({ ...order, declinedAtMs: null, refundAskedAtMs: null });
  }
  return orders.map(({ orderId }) => values.get(orderId) ?? new Float64Array(0));
}

type Origin = Pick<PastOrder, 'userId' | 'address' | 'network' | 'device'>;

/** Orders by what they share, so that an order is not held against those of the whole group. */
class Related {
  private readonly orders = new Map<string, PastOrder[]>();

  constructor(past: readonly PastOrder[]) {
    for (const order of past) this.add(order);
  }

  add(order: PastOrder): void {
    for (const key of keysOf(order)) {
      const known = this.orders.get(key);
      if (known === undefined) this.orders.set(key, [order]);
      else known.push(order);
    }
  }

  of(order: Origin): readonly PastOrder[] {
    return [...new Set(keysOf(order).flatMap((key) => this.orders.get(key) ?? []))];
  }
}

function keysOf({ userId, address, network, device }: Origin): readonly string[] {
  const keys = [`user/${userId}`, `address/${address}`];
  if (network !== null) keys.push(`network/${network}`);
  if (device !== null) keys.push(`device/${device}`);
  return keys;
}

/** Undefined where no model serves, in time or at all (I1). */
async function scoresOf(
  { tools, scorer, guard = (call) => call(), scoreTimeoutMs = SCORE_TIMEOUT_MS }: FraudScoringOptions,
  values: readonly Float64Array[],
): Promise<ScoredRows | undefined> {
  try {
    return await guard(() => withinTime(tools.clock, scoreTimeoutMs, () => scorer.score(values)));
  } catch (error) {
    tools.logger.warn(
      { orders: values.length, error: errorMessage(error) },
      'orders go on without a fraud score',
    );
    return undefined;
  }
}

/** The country belongs to the address, whose parts people write in many ways. */
function factsOf({ data }: PlacedOrder, hash: (text: string) => string): OrderFacts {
  const { street, zip, country } = data.shippingAddress;
  const plain = (text: string) => text.toLowerCase().replaceAll(/[^\p{L}\p{N}]+/gu, '');
  const { network = null, device = null } = data.origin ?? {};
  return {
    orderId: data.orderId,
    userId: data.userId,
    placedAtMs: Date.parse(data.placedAt),
    totalCents: data.totalCents,
    lines: data.items.map(({ quantity, priceCents }) => ({ quantity, priceCents })),
    payment: data.paymentMethod,
    address: hash(`address/${[street, zip, country].map(plain).join('/')}`),
    network,
    device,
    accountCreatedAtMs: timeOfId(data.userId),
  };
}

function outcomeOf(news: Exclude<FraudNews, PlacedOrder>): OrderOutcome {
  const { orderId } = news.data;
  const atMs = Date.parse(news.time);
  switch (news.type) {
    case 'payment.failed':
      return { orderId, kind: 'declined', atMs };
    case 'payment.disputed':
      return { orderId, kind: 'disputed', atMs };
    case 'order.refund.requested':
      return { orderId, kind: 'refund_asked', atMs };
    case 'order.review.decided':
      return { orderId, kind: news.data.decision === 'approve' ? 'approved' : 'rejected', atMs };
    default:
      return news satisfies never;
  }
}

/** The engine checked the message against the catalogue before it came here. */
function asNews(message: Message): FraudNews {
  if (SCORED_BY.some((type) => type === message.type)) return message as FraudNews;
  throw new BadMessage('unexpected_type', `intelligence does not handle ${message.type}`);
}

import { streamOf } from '../../../kernel/seeded-random.ts';
import { HISTORY_MS, HISTORY_ORDERS_MAX, type PastOrder } from '../orders.ts';
import { SIGNALS, signalsOf } from '../signals.ts';
import { DAY_MS, type DrawnOrder } from './draws.ts';
import { drawShopper, ordersOf, type Span } from './honest.ts';
import { EPISODES, type Pattern, PATTERNS } from './patterns.ts';

/** Orders with what is asked of them, in order of time. */
export interface LabelledOrders {
  readonly values: readonly Float64Array[];
  readonly fraud: Uint8Array;
  /** The pattern of a fraud, the kind of shopper of an honest order. */
  readonly kinds: readonly string[];
  readonly timesMs: Float64Array;
}

/** Share of the orders that are fraud. */
export const PREVALENCE = 0.02;

const SPAN_MS = 365 * DAY_MS;
/** Orders of this long give later ones a past, and are not handed out. */
const WARM_UP_MS = 180 * DAY_MS;
const START_MS = Date.UTC(2025, 0, 6);
/** Orders a shopper places after the warm-up, about. */
const ORDERS_EACH = 7;

/**
 * A shop's orders by chance: honest shoppers, some of whom look alike to those who are not, and four patterns of fraud at
 * a prevalence of 2 %, an equal share each. The same count and seed give the same orders.
 */
export function simulateOrders({
  orders,
  seed,
}: {
  readonly orders: number;
  readonly seed: number;
}): LabelledOrders {
  const span: Span = { fromMs: START_MS, untilMs: START_MS + SPAN_MS };
  const random = streamOf(seed, 'honest shoppers');
  const count = Math.ceil((1.5 * orders) / ORDERS_EACH);
  const shoppers = Array.from({ length: count }, (_, index) => drawShopper(random, index, count, span));
  const honest = shoppers.flatMap((shopper) => ordersOf(random, shopper, span));
  const kept = thinned(honest, orders);
  const wanted = (PREVALENCE / (1 - PREVALENCE)) * kept.filter(isHandedOut).length;
  const frauds = PATTERNS.flatMap((pattern) => {
    const chance = streamOf(seed, pattern);
    const drawn: DrawnOrder[] = [];
    for (
      let episode = 0;
      drawn.filter((one) => one.fraud && isHandedOut(one)).length < wanted / PATTERNS.length;
    ) {
      drawn.push(...EPISODES[pattern]({ random: chance, span, shoppers, episode }));
      episode += 1;
    }
    return drawn;
  });
  return lookedAt([...kept, ...frauds]);
}

function isHandedOut({ placedAtMs }: DrawnOrder): boolean {
  return placedAtMs >= START_MS + WARM_UP_MS;
}

/** The shoppers that come first, until their orders are as many as wanted. */
function thinned(honest: readonly DrawnOrder[], orders: number): DrawnOrder[] {
  const wanted = Math.round(orders * (1 - PREVALENCE));
  let handedOut = 0;
  return honest.filter((order) => {
    if (handedOut >= wanted) return false;
    if (isHandedOut(order)) handedOut += 1;
    return true;
  });
}

/** Plays the orders in their order of time, each seen with what was known then. */
function lookedAt(drawn: readonly DrawnOrder[]): LabelledOrders {
  const orders = [...drawn].sort((one, other) => one.placedAtMs - other.placedAtMs);
  const history = new History();
  const seen = orders.map((order, index) => {
    const facts = { ...order, orderId: String(index) };
    const values = isHandedOut(order)
      ? signalsOf(facts, history.of(facts))
      : new Float64Array(SIGNALS.length);
    history.add({
      ...facts,
      declinedAtMs: order.declined ? order.placedAtMs + 1_000 : null,
      refundAskedAtMs: order.refundAskedAtMs,
    });
    return { order, values };
  });
  const out = seen.filter(({ order }) => isHandedOut(order));
  return {
    values: out.map(({ values }) => values),
    fraud: Uint8Array.from(out, ({ order }) => (order.fraud ? 1 : 0)),
    kinds: out.map(({ order }) => order.kind),
    timesMs: Float64Array.from(out, ({ order }) => order.placedAtMs),
  };
}

/** Earlier orders by shopper, address, network and device, cut as the platform's store cuts them. */
export class History {
  private readonly lists = new Map<string, PastOrder[]>();

  add(order: PastOrder): void {
    for (const key of keysOf(order)) {
      const list = this.lists.get(key);
      if (list === undefined) this.lists.set(key, [order]);
      else list.push(order);
    }
  }

  of(order: Parameters<typeof signalsOf>[0]): readonly PastOrder[] {
    const found = new Map<string, PastOrder>();
    for (const key of keysOf(order)) {
      for (const past of (this.lists.get(key) ?? []).slice(-HISTORY_ORDERS_MAX)) {
        if (past.placedAtMs > order.placedAtMs - HISTORY_MS) found.set(past.orderId, past);
      }
    }
    return [...found.values()];
  }
}

function keysOf({
  userId,
  address,
  network,
  device,
}: Pick<PastOrder, 'userId' | 'address' | 'network' | 'device'>) {
  return [
    `user/${userId}`,
    `address/${address}`,
    ...(network === null ? [] : [`network/${network}`]),
    ...(device === null ? [] : [`device/${device}`]),
  ];
}

/** The same orders without those of a pattern. */
export function without(orders: LabelledOrders, pattern: Pattern): LabelledOrders {
  const keep = orders.kinds.map((kind) => kind !== pattern);
  const kept = <Item>(items: readonly Item[]) => items.filter((_, index) => keep[index] === true);
  return {
    values: kept(orders.values),
    fraud: orders.fraud.filter((_, index) => keep[index] === true),
    kinds: kept(orders.kinds),
    timesMs: orders.timesMs.filter((_, index) => keep[index] === true),
  };
}

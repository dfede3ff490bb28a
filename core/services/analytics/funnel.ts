import type { Participant, ParticipantTools } from '../../engine/participant-port.ts';
import type { Clock } from '../../kernel/clock.ts';
import { BadMessage, ValueRefused } from '../../kernel/errors.ts';
import type { Message } from '../../kernel/message.ts';
import type { MessageOf } from '../../messages/catalogue.ts';
import type { FunnelStore, Sighting } from './funnel-ports.ts';

/**
 * The way from a look to an order, as the analytics service counts it.
 *
 * Owns: which messages count as what. Does not own: how sightings become sums (the store).
 * In: `product.viewed`, `cart.changed`, `order.placed`. Out: nothing.
 *
 * I1. A shopper counts once a day, product and step, however often a message comes: that a message is repeated changes
 *     nothing.
 * I2. Shoppers are told apart by a keyed hash, for as long as their day is counted; what stays are sums.
 * I3. Nothing waits for these counts: the queue may lose messages, which are then not counted.
 */
export const COUNTED = ['product.viewed', 'cart.changed', 'order.placed'] as const;
type Counted = MessageOf<(typeof COUNTED)[number]>;

/** Frames that may wait to be counted; while nobody counts, the oldest go. */
export const COUNTED_FRAMES_MAX = 20_000;
/** Days on which shoppers are told apart, today among them. A message from before them would be counted twice if repeated. */
export const SHOPPER_DAYS = 3;
/** How long the sums of a day are kept. */
export const FUNNEL_DAYS = 400;

const DAY_MS = 86_400_000;
/** Messages handled at once, far more than are gathered. */
const CONCURRENCY = 1_024;
/** Counts may be a moment late, and few statements cost less than many: what comes meanwhile is counted together. */
const GATHER_MS = 100;
/** As many as one consumer is given at a time if frames hold one message each. */
const GATHERED_ENOUGH = 64;

export interface FunnelOptions {
  readonly tools: ParticipantTools;
  readonly store: Pick<FunnelStore, 'note'>;
  /** The hash that stands for somebody with an account in shoppers' events. */
  readonly shopperOfUser: (userId: string) => string;
}

export function createFunnel({ tools, store, shopperOfUser }: FunnelOptions): Participant {
  const note = tools.microBatch((groups: readonly (readonly Sighting[])[]) => noteGroups(store, groups));
  const gathered = gathering(tools.clock);
  return {
    service: 'analytics',
    accepts: COUNTED,
    concurrency: CONCURRENCY,
    handle: async (message) => {
      const sightings = sightingsOf(asCounted(message), tools.clock.now(), shopperOfUser);
      if (sightings.length === 0) return;
      await gathered();
      const refused = await note(sightings);
      if (refused !== undefined) throw refused;
    },
  };
}

/** What a message says was seen; nothing for days that are over, and for times to come. */
export function sightingsOf(
  message: Counted,
  nowMs: number,
  shopperOfUser: (userId: string) => string,
): readonly Sighting[] {
  const { time, type, data } = message;
  const day = dayOf(Date.parse(time));
  if (day <= dayOf(nowMs - SHOPPER_DAYS * DAY_MS) || day > dayOf(nowMs + DAY_MS)) return [];
  switch (type) {
    case 'product.viewed':
      return [{ day, step: 'viewed', productId: data.productId, shopper: data.shopperId }];
    case 'cart.changed':
      return data.put.map((productId) => ({ day, step: 'added', productId, shopper: data.shopperId }));
    case 'order.placed': {
      const shopper = shopperOfUser(data.userId);
      const products = new Set(data.items.map(({ productId }) => productId));
      return [...products].map((productId) => ({ day, step: 'ordered', productId, shopper }));
    }
    default:
      return message satisfies never;
  }
}

/** `2026-11-22`, UTC. */
export function dayOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}

/** Answers each group with what is wrong with it; one that the store refuses does not sink its neighbours (P8). */
async function noteGroups(
  store: Pick<FunnelStore, 'note'>,
  groups: readonly (readonly Sighting[])[],
): Promise<readonly (Error | undefined)[]> {
  try {
    await store.note(groups.flat());
    return groups.map(() => undefined);
  } catch (error) {
    if (!(error instanceof ValueRefused)) throw error;
    if (groups.length === 1) return [error];
    const outcomes: (Error | undefined)[] = [];
    for (const group of groups) outcomes.push(...(await noteGroups(store, [group])));
    return outcomes;
  }
}

/** Holds whoever asks until enough have asked, or a moment has passed since the first did; then lets all of them go. */
function gathering(clock: Clock): () => Promise<void> {
  let waiting: (() => void)[] = [];
  let cancel: (() => void) | undefined;
  const letGo = (): void => {
    cancel?.();
    cancel = undefined;
    const all = waiting;
    waiting = [];
    for (const goOn of all) goOn();
  };
  return () =>
    new Promise((resolve) => {
      waiting.push(resolve);
      if (waiting.length >= GATHERED_ENOUGH) letGo();
      else cancel ??= clock.after(GATHER_MS, letGo);
    });
}

/** The engine checked the message against the catalogue before it came here. */
function asCounted(message: Message): Counted {
  if (COUNTED.some((type) => type === message.type)) return message as Counted;
  throw new BadMessage('unexpected_type', `analytics does not count ${message.type}`);
}

import { OrreryError } from '../../../kernel/errors.ts';
import type { FlashSale } from '../../catalog/ports.ts';
import type { LinePlace, TurnOrder } from './ports.ts';
import type { WaitingLines } from './waiting-lines.ts';

/** It is not this shopper's turn; `place` says where they stand. */
export class QueueRequired extends OrreryError {
  readonly place: LinePlace;

  constructor(place: LinePlace) {
    super(
      'queue_required',
      `this product is in a flash sale: wait for your turn (position ${String(place.position)})`,
    );
    this.place = place;
  }
}

/** A turn that was taken for an order. */
export interface TakenTurn {
  /** The order was placed on it. */
  ordered(orderId: string): Promise<void>;
  /** No order came of it: the turn is free again. */
  giveBack(): Promise<void>;
}

export interface TurnWish {
  readonly userId: string;
  readonly idempotencyKey: string;
  readonly fingerprint: string;
  /** What the shopper was given before, when they send it along. */
  readonly token?: string | undefined;
}

/**
 * Takes the shopper's turn in each sale that one of the products is in. Rejects with QueueRequired, having given a place in
 * every line it takes, or with OrreryError `sold_out`, `turn_used`, `turn_too_small`, `queue_token_invalid`, or
 * `idempotency_race` (retryable) while the very same checkout is being placed; no turn is taken then.
 */
export async function takeTurns(
  lines: WaitingLines,
  wish: TurnWish,
  units: ReadonlyMap<string, number>,
): Promise<readonly TakenTurn[]> {
  const wanted = [...units].flatMap(([productId, quantity]) => {
    const sale = lines.running(productId);
    return sale === undefined ? [] : [{ sale, quantity }];
  });
  if (wanted.some(({ sale }) => lines.soldOut(sale.id))) throw soldOut();
  // All at once: waiting in one line only after the other would let the turn of the first lapse.
  const places = await Promise.all(wanted.map(({ sale }) => lines.join(sale.id, wish.userId, wish.token)));
  await requireTurns(lines, wish, places);
  const taken: TakenTurn[] = [];
  try {
    for (const { sale, quantity } of wanted) taken.push(await takeTurn(lines, sale, wish, quantity));
    return taken;
  } catch (error) {
    for (const turn of taken) await turn.giveBack();
    throw error;
  }
}

async function requireTurns(
  lines: WaitingLines,
  wish: TurnWish,
  places: readonly LinePlace[],
): Promise<void> {
  if (places.some(({ state }) => state === 'sold_out')) throw soldOut();
  const used = places.filter(({ state }) => state === 'used');
  if (used.length > 0) throw await usedAlready(lines, wish, used);
  const [longest] = places
    .filter(({ state }) => state === 'waiting')
    .toSorted((one, other) => other.etaSeconds - one.etaSeconds);
  if (longest !== undefined) throw new QueueRequired(longest);
}

/** By another order of the shopper; or by this one, sent before and not answered yet, which is no refusal (P21). */
async function usedAlready(
  lines: WaitingLines,
  { userId, idempotencyKey }: TurnWish,
  used: readonly LinePlace[],
): Promise<OrreryError> {
  const keys = await Promise.all(used.map(({ saleId }) => lines.keyInUse(saleId, userId)));
  // None: it was decided a moment ago, and the order or another turn is there for who asks again.
  return keys.every((key) => key === undefined || key === idempotencyKey)
    ? new OrreryError('idempotency_race', 'the key is being used at this moment', { retryable: true })
    : new OrreryError('turn_used', 'an order of yours in this sale is being decided');
}

async function takeTurn(
  lines: WaitingLines,
  sale: FlashSale,
  wish: TurnWish,
  quantity: number,
): Promise<TakenTurn> {
  const { userId, idempotencyKey, fingerprint } = wish;
  const order: TurnOrder = { quantity, idempotencyKey, fingerprint };
  const use = await lines.store.use(sale.id, userId, order);
  switch (use.outcome) {
    case 'used': {
      const { position } = use;
      return {
        ordered: (orderId) => lines.store.ordered(sale.id, position, order, orderId),
        giveBack: () => lines.store.giveBack(sale.id, position, idempotencyKey),
      };
    }
    case 'too_many':
      throw new OrreryError('turn_too_small', `only ${String(use.unitsLeft)} of the sale's units are left`);
    case 'no_turn': {
      // It lapsed, or another attempt of the same shopper took it, a moment ago.
      const place = await lines.join(sale.id, userId);
      await requireTurns(lines, wish, [place]);
      throw new QueueRequired(place);
    }
  }
}

function soldOut(): OrreryError {
  return new OrreryError('sold_out', 'the flash sale is sold out');
}

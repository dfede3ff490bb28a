import { beginActor } from '../../engine/birth.ts';
import type { VersionOf } from '../../engine/compose.ts';
import type { ParticipantTools } from '../../engine/participant-port.ts';
import { OrreryError, StoreUnavailable, ValueRefused } from '../../kernel/errors.ts';
import { isoTime } from '../../kernel/iso-time.ts';
import type { Message } from '../../kernel/message.ts';
import { partitionOf } from '../../kernel/partition.ts';
import type { EarlierPlacement, Placement, PlacementStore } from './intake-port.ts';
import type { Behaviour } from '../../engine/behaviour.ts';
import { type BeginOrder, placeOrder, sumCents } from './placement.ts';
import type { OrderPolicy } from './policy.ts';
import type { CheckoutAccepted, CheckoutRequest, OrderCommands } from './ports.ts';

/**
 * Owns: the way of a checkout into the store: the saga's first decision, placed together with whatever else arrives
 * meanwhile, and the wishes of shoppers and admins on their way to the saga.
 *
 * I1. An order is placed at most once per user and idempotency key, whatever repeats, races or crashes (P21).
 * I2. Messages leave in the order of intake (P22), only after the commit has landed, and only the winners'.
 * I3. Only here is load refused, and before anything was taken in (P23).
 */
export interface IntakeOptions<State> {
  readonly tools: ParticipantTools;
  readonly store: PlacementStore;
  /** The order saga, which also knows how an order begins. */
  readonly behaviour: Behaviour<State> & { readonly begin: BeginOrder<State> };
  readonly policy: OrderPolicy;
  readonly partitions: number;
  readonly versionOf: VersionOf;
  /** A new order id; time-ordered, so that rows of one time lie together. */
  readonly newId: () => string;
  readonly overloaded: () => boolean;
  readonly send: (message: Message) => Promise<void>;
  /** Orders that are durable now, for live hints. Must not throw. */
  readonly onPlaced?: (
    placed: readonly { readonly id: string; readonly version: number; readonly status: string }[],
  ) => void;
}

export function createIntake<State>(options: IntakeOptions<State>): OrderCommands {
  const { store, tools } = options;
  const place = tools.microBatch((placements: readonly Placement[]) => commitGroup(options, placements), {
    itemsMax: PLACEMENTS_MAX,
  });

  const checkout = async (request: CheckoutRequest): Promise<CheckoutAccepted> => {
    if (options.overloaded()) {
      throw new OrreryError('overloaded', 'more orders wait than the platform keeps up with', {
        retryable: true,
      });
    }
    const placement = placementOf(options, request);
    let won: boolean;
    try {
      const outcome = await place(placement);
      if (outcome instanceof Error) throw outcome;
      won = outcome;
    } catch (error) {
      if (!(error instanceof StoreUnavailable)) throw error;
      // Whether the commit landed is unknown: the key knows (P21).
      const earlier = await store.findByKey(request.userId, request.idempotencyKey);
      if (earlier === undefined) throw error;
      return acceptedAs(earlier, request.fingerprint, earlier.orderId !== placement.orderId);
    }
    if (won) {
      const { orderId, totalCents, createdAt } = placement;
      return { orderId, totalCents, createdAt, repeated: false };
    }
    const earlier = await store.findByKey(request.userId, request.idempotencyKey);
    if (earlier === undefined) {
      throw new OrreryError('idempotency_race', 'the key is being used at this moment', { retryable: true });
    }
    return acceptedAs(earlier, request.fingerprint, true);
  };

  return {
    checkout,
    async findByKey(userId, idempotencyKey, fingerprint) {
      const earlier = await store.findByKey(userId, idempotencyKey);
      return earlier === undefined ? undefined : acceptedAs(earlier, fingerprint, true);
    },
    requestCancel: (orderId, requestedBy, reason) =>
      options.send(wish(options, 'order.cancel.requested', orderId, { orderId, requestedBy, reason })),
    decideReview: (orderId, decision, decidedBy, reason) =>
      options.send(wish(options, 'order.review.decided', orderId, { orderId, decision, decidedBy, reason })),
  };
}

/** Placements of one commit; more would make the first of them wait too long. */
const PLACEMENTS_MAX = 128;

/**
 * One statement for all that arrived meanwhile; answers each with whether it won its key. A value that the store
 * refuses must not sink its neighbours, so then each is placed alone (P8).
 */
async function commitGroup<State>(
  options: IntakeOptions<State>,
  placements: readonly Placement[],
): Promise<(boolean | Error)[]> {
  try {
    const winners = await commitTogether(options, placements);
    return placements.map(({ orderId }) => winners.has(orderId));
  } catch (error) {
    if (!(error instanceof ValueRefused)) throw error;
    if (placements.length === 1) return [error];
    const outcomes: (boolean | Error)[] = [];
    for (const placement of placements) outcomes.push(...(await commitGroup(options, [placement])));
    return outcomes;
  }
}

async function commitTogether<State>(
  { store, tools, onPlaced }: IntakeOptions<State>,
  placements: readonly Placement[],
): Promise<ReadonlySet<string>> {
  const row = tools.outbox.row(placements.flatMap(({ messages }) => messages));
  const { writer, epoch, sequence } = row;
  try {
    const { winners } = await store.commit({ writer: { writer, epoch, sequence }, placements });
    const won = placements.filter(({ orderId }) => winners.has(orderId));
    tools.outbox.committed({ ...row, messages: won.flatMap(({ messages }) => messages) });
    onPlaced?.(won.map(({ orderId }) => ({ id: orderId, version: 1, status: 'pending' })));
    return winners;
  } catch (error) {
    tools.outbox.abandoned(row);
    throw error;
  }
}

function placementOf<State>(options: IntakeOptions<State>, request: CheckoutRequest): Placement {
  const { behaviour, policy, partitions, versionOf, tools, newId } = options;
  const now = tools.clock.now();
  const orderId = newId();
  const reaction = placeOrder({ orderId, request, policy, now }, behaviour.begin);
  const [placed] = reaction.messages;
  const cause: Message = {
    id: `checkout/${orderId}`,
    type: 'order.placed',
    subject: orderId,
    correlationId: orderId,
    causationId: null,
    time: isoTime(now),
    version: versionOf('order.placed'),
    ...(request.traceparent === undefined ? {} : { traceparent: request.traceparent }),
    data: placed?.data ?? {},
  };
  const { actor, log, messages } = beginActor(
    behaviour,
    { id: orderId, partition: partitionOf(orderId, partitions) },
    cause,
    reaction,
    now,
    versionOf,
  );
  return {
    userId: request.userId,
    key: request.idempotencyKey,
    fingerprint: request.fingerprint,
    orderId,
    totalCents: sumCents(request.items),
    createdAt: cause.time,
    actor,
    log,
    messages,
    rows: reaction.rows,
  };
}

function acceptedAs(earlier: EarlierPlacement, fingerprint: string, repeated: boolean): CheckoutAccepted {
  if (earlier.fingerprint !== fingerprint) {
    throw new OrreryError('idempotency_mismatch', 'this Idempotency-Key was used with another request');
  }
  const { orderId, totalCents, createdAt } = earlier;
  return { orderId, totalCents, createdAt, repeated };
}

function wish<State>(
  { tools, newId, versionOf }: IntakeOptions<State>,
  type: 'order.cancel.requested' | 'order.review.decided',
  orderId: string,
  data: object,
): Message {
  return {
    id: `${type}/${newId()}`,
    type,
    subject: orderId,
    correlationId: orderId,
    causationId: null,
    time: new Date(tools.clock.now()).toISOString(),
    version: versionOf(type),
    data,
  };
}

import type { Draft } from '../../engine/behaviour.ts';
import type { DataOf } from '../../messages/catalogue.ts';
import { commitFailed, committed, released, reserved, reserveFailed } from '../../messages/inventory.ts';
import type { Reservation } from './reservation.ts';

/**
 * Answers to an order about its reservation. They depend on the reservation alone, so that a request that is
 * repeated hears the same again (P14). All go to the order, all are answers to the message now handled.
 */

type Line = DataOf<'inventory.reserve.requested'>;
export type ReserveRefusal = 'out_of_stock' | 'unknown_sku' | 'released' | 'quantity_mismatch';
export type CommitRefusal = 'out_of_stock' | 'not_reserved' | 'released' | 'quantity_mismatch';

interface Answers {
  'inventory.reserved': DataOf<'inventory.reserved'>;
  'inventory.reserve.failed': DataOf<'inventory.reserve.failed'>;
  'inventory.committed': DataOf<'inventory.committed'>;
  'inventory.commit.failed': DataOf<'inventory.commit.failed'>;
  'inventory.released': DataOf<'inventory.released'>;
}

function answer<Type extends keyof Answers>(
  type: Type,
  data: Answers[Type] & Pick<Line, 'orderId' | 'sku'>,
): Draft {
  return { type, subject: data.sku, to: data.orderId, data, answer: true };
}

/** `otherwise`: the refusal when the order has no reservation. */
export function answerReserve(
  { orderId, sku, quantity }: Line,
  reservation: Reservation | undefined,
  available: number,
  otherwise: ReserveRefusal,
): Draft {
  const refuse = (reason: ReserveRefusal): Draft =>
    answer(reserveFailed.type, { orderId, sku, quantity, available, reason });
  if (reservation === undefined) return refuse(otherwise);
  if (reservation.status === 'released' || reservation.expiresAt === null) return refuse('released');
  if (reservation.quantity !== quantity) return refuse('quantity_mismatch');
  return answer(reserved.type, {
    orderId,
    sku,
    quantity,
    allocations: [...reservation.allocations],
    expiresAt: new Date(reservation.expiresAt).toISOString(),
  });
}

export function answerCommit({ orderId, sku, quantity }: Line, reservation: Reservation | undefined): Draft {
  const refuse = (reason: CommitRefusal): Draft =>
    answer(commitFailed.type, { orderId, sku, quantity, reason });
  if (reservation === undefined) return refuse('not_reserved');
  if (reservation.quantity !== quantity) return refuse('quantity_mismatch');
  switch (reservation.status) {
    case 'committed':
      return answer(committed.type, { orderId, sku, quantity });
    case 'released':
      // Restocked: it had been committed before it was released, and that is what was answered.
      return reservation.restocked > 0
        ? answer(committed.type, { orderId, sku, quantity })
        : refuse('released');
    case 'expired':
    case 'held':
      return refuse('out_of_stock');
  }
}

export function answerRelease({ orderId, sku, quantity }: Line, reservation: Reservation | undefined): Draft {
  return answer(released.type, {
    orderId,
    sku,
    quantity,
    freed: reservation?.freed ?? 0,
    restocked: reservation?.restocked ?? 0,
  });
}

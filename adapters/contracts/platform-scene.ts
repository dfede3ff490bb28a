import type { OrderView } from '../../core/services/orders/ports.ts';
import type { TransactionView } from '../../core/services/payments/ports.ts';
import type { Message } from '../../core/kernel/message.ts';
import { randomUUID } from 'node:crypto';
import { type Person, type Shelf } from './platform-person.ts';
import { until } from '../../core/kernel/testing-until.ts';
import type { PlatformStage } from './platform-stage.ts';

export const PARTITIONS = 16;

/** Who and what a scene of the platform's contract plays with. */
export interface Scene {
  readonly stage: PlatformStage;
  readonly ada: Person;
  readonly admin: Person;
  readonly shelf: Shelf;
}

export function ended(person: Person, orderId: string): Promise<OrderView> {
  return until(`the end of ${orderId}`, async () => {
    const order = await person.order(orderId);
    return ['delivered', 'cancelled', 'failed'].includes(order.status) ? order : undefined;
  });
}

export function transactions(person: Person, orderId: string): Promise<readonly TransactionView[]> {
  return person.items(`/api/payments/transactions/${orderId}`);
}

export function fraudScored(orderId: string): Message {
  return {
    id: `fraud/${randomUUID()}`,
    type: 'fraud.scored',
    subject: orderId,
    correlationId: orderId,
    causationId: null,
    time: new Date().toISOString(),
    version: 1,
    data: { orderId, score: 95, reasons: ['ten cards in an hour'] },
  };
}

import type { Database } from '../../postgres/database.ts';
import { pause } from './run.ts';

/** What keeps the platform from being at rest; all zero when it is. */
export interface Unrest {
  /** Orders that have not come to their end. */
  readonly open: number;
  /** Rows that wait to be sent, or for the broker's word that they were. */
  readonly sending: number;
}

/**
 * Waits until every order has come to its end and nothing is left to send. Resolves to the milliseconds it took, or
 * to what is still moving after `limitMs`.
 */
export async function awaitRest(
  database: Database,
  limitMs: number,
): Promise<{ readonly restMs: number } | { readonly unrest: Unrest }> {
  const startedAt = performance.now();
  for (;;) {
    const unrest = await unrestOf(database);
    const restMs = Math.round(performance.now() - startedAt);
    if (unrest.open === 0 && unrest.sending === 0) return { restMs };
    if (restMs > limitMs) return { unrest };
    await pause(200);
  }
}

export async function unrestOf(database: Database): Promise<Unrest> {
  const [row] = await database.query<Unrest>(
    `select (select count(*) from orders.orders where status not in ('delivered', 'cancelled')) as open,
            (select count(*) from orders.outbox) + (select count(*) from inventory.outbox)
              + (select count(*) from payments.outbox) + (select count(*) from shipping.outbox)
              + (select count(*) from notifications.outbox) as sending`,
  );
  if (row === undefined) throw new Error('a count without a row');
  return row;
}

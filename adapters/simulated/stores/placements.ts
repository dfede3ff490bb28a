import type { Commit, OutboxRow } from '../../../core/engine/ports.ts';
import { assert } from '../../../core/kernel/assert.ts';
import { FenceLost, ValueRefused } from '../../../core/kernel/errors.ts';
import { IDEMPOTENCY_HOURS } from '../../../core/kernel/limits.ts';
import type {
  EarlierPlacement,
  Placed,
  Placement,
  PlacementBatch,
  PlacementStore,
} from '../../../core/services/orders/intake-port.ts';
import { ORDER_ITEM_TABLE, ORDER_TABLE } from '../../../core/services/orders/tables.ts';
import { applyCommit } from './commit.ts';
import type { MemoryDatabase } from './database.ts';
import { IDEMPOTENCY_TABLE } from './schemas.ts';
import type { ServiceTables } from './service-tables.ts';
import type { MemoryTable, Row } from './table.ts';

const KEY_LIFETIME_MS = IDEMPOTENCY_HOURS * 3_600_000;

/**
 * Owns: placing a batch of orders in one step (P21): the keys first, then everything of those orders whose key was
 * free, then one outbox row with their messages.
 *
 * I1. What an order wrote is there exactly when its key is there, under its order id.
 */
export class MemoryPlacementStore implements PlacementStore {
  readonly #tables: ServiceTables;
  readonly #keys: MemoryTable;

  /** Keys run out by the clock of the database; in production by the process's, which is nearly the same. */
  constructor(database: MemoryDatabase) {
    this.#tables = database.service('orders');
    this.#keys = this.#tables.table(IDEMPOTENCY_TABLE.table);
  }

  commit({ writer, placements }: PlacementBatch): Promise<Placed> {
    return new Promise((resolve) => {
      const winners = this.#winners(placements);
      const messages = winners.flatMap((placement) => placement.messages);
      const outbox = messages.length === 0 ? [] : [{ ...writer, messages }];
      if (winners.length > 0) {
        this.#write(winners, outbox);
        const { onCommit } = this.#tables;
        onCommit?.({ kind: 'placements', service: 'orders', placements: winners, outbox });
      }
      resolve({ winners: new Set(winners.map(({ orderId }) => orderId)) });
    });
  }

  findByKey(userId: string, key: string): Promise<EarlierPlacement | undefined> {
    const row = this.#keys.find(userId, key);
    const known = row !== undefined && createdAtMs(row) >= this.#tables.now() - KEY_LIFETIME_MS;
    return Promise.resolve(known ? earlierPlacement(row) : undefined);
  }

  forgetKeys(): Promise<number> {
    const oldest = this.#tables.now() - KEY_LIFETIME_MS;
    return Promise.resolve(this.#keys.removeWhere((row) => createdAtMs(row) < oldest));
  }

  /** Of several placements under one key in the batch the first one runs. */
  #winners(placements: readonly Placement[]): readonly Placement[] {
    const taken = new Set<string>();
    return placements.filter(({ userId, key, createdAt }) => {
      const name = `${userId}\0${key}`;
      if (taken.has(name)) return false;
      taken.add(name);
      const known = this.#keys.find(userId, key);
      return known === undefined || createdAtMs(known) < Date.parse(createdAt) - KEY_LIFETIME_MS;
    });
  }

  #write(winners: readonly Placement[], outbox: readonly OutboxRow[]): void {
    try {
      applyCommit(this.#tables, commitOf(winners, outbox));
    } catch (error) {
      // Nobody else can know an order that is not placed yet: what exists already is the fault of its values.
      throw error instanceof FenceLost ? new ValueRefused(error.message, error) : error;
    }
    this.#tables.noteHandled(winners.map(({ log }) => log.messageId));
  }
}

function commitOf(placements: readonly Placement[], outbox: readonly OutboxRow[]): Commit {
  for (const { actor, orderId, rows } of placements) {
    assert(actor.id === orderId && actor.expectedVersion === 0, 'a placed order starts its own actor');
    for (const { table } of rows) {
      assert(
        table === ORDER_TABLE.name || table === ORDER_ITEM_TABLE.name,
        `intake writes no rows of ${table}`,
      );
    }
  }
  return {
    owner: 'intake',
    fences: [],
    actors: placements.map(({ actor }) => actor),
    wakes: [],
    log: placements.map(({ log }) => log),
    inbox: [],
    rows: placements.flatMap((placement) => [
      { table: IDEMPOTENCY_TABLE.name, row: keyRow(placement) },
      ...placement.rows,
    ]),
    outbox,
    confirmed: [],
  };
}

function keyRow({ userId, key, fingerprint, orderId, totalCents, createdAt }: Placement): Row {
  return {
    user_id: userId,
    key,
    fingerprint,
    order_id: orderId,
    total_cents: totalCents,
    created_at: createdAt,
  };
}

function createdAtMs(row: Row): number {
  return Date.parse(row['created_at'] as string);
}

function earlierPlacement(row: Row): EarlierPlacement {
  return {
    orderId: row['order_id'] as string,
    fingerprint: row['fingerprint'] as string,
    totalCents: row['total_cents'] as number,
    createdAt: row['created_at'] as string,
  };
}

import { isDeepStrictEqual } from 'node:util';
import type { Json } from '../../../core/engine/behaviour.ts';
import type { ActorRecord } from '../../../core/engine/ports.ts';
import type { Shoppers } from '../shoppers.ts';
import type { MemoryDatabase } from '../stores/database.ts';
import type { Report, Watcher } from './invariants.ts';

/** What one log row says was handled, enough to handle it again. */
export interface LoggedStep {
  readonly version: number;
  readonly messageId: string;
  readonly type: string;
  readonly data: Json;
  readonly atMs: number;
}

/**
 * Plays a saga's log through its definition: the snapshot at its end, and the stored one in the same form. Throws when
 * the definition refuses a step.
 */
export type Replay = (
  record: ActorRecord,
  steps: readonly LoggedStep[],
) => { readonly replayed: Json; readonly stored: Json };

/** I6 and I8: each saga came to its end, and how it came there is written down. */
export class SagaWatcher implements Watcher {
  private readonly database: MemoryDatabase;
  private readonly shoppers: Shoppers;
  private readonly replay: Replay;
  private readonly report: Report;

  constructor(database: MemoryDatabase, shoppers: Shoppers, replay: Replay, report: Report) {
    this.database = database;
    this.shoppers = shoppers;
    this.replay = replay;
    this.report = report;
  }

  atEnd(): void {
    for (const complaint of this.shoppers.complaints) this.report('I6', complaint);
    const orders = this.database.service('orders').rows('orders');
    for (const orderId of this.shoppers.accepted.keys()) {
      if (!orders.has(orderId)) this.report('I6', `order ${orderId} was accepted and does not exist`);
    }
    const keys = new Map<string, string>();
    for (const [id, row] of orders) {
      const status = String(row['status']);
      if (status !== 'delivered' && status !== 'cancelled') {
        this.report(
          'I6',
          `order ${id} is still ${status} (${String(row['saga_state'])}), waits for ${String(row['waiting_for'])}`,
        );
      }
      const shopper = String(row['user_id']);
      const first = keys.get(shopper);
      if (first === undefined) keys.set(shopper, id);
      else this.report('I6', `orders ${first} and ${id} were placed under one key`);
      this.checkLog(id, row);
    }
  }

  private checkLog(id: string, row: Readonly<Record<string, unknown>>): void {
    const { actors, log } = this.database.service('orders');
    const actor = actors.find('order', id);
    const rows = log.ofActor('order', id);
    if (actor === undefined) {
      this.report('I8', `order ${id} has no actor`);
      return;
    }
    if (rows.length !== actor.version || rows.some(({ version }, index) => version !== index + 1)) {
      this.report(
        'I8',
        `order ${id} is at version ${String(actor.version)}, its log has ${rows.map(({ version }) => version).join(' ')}`,
      );
      return;
    }
    if (row['version'] !== actor.version) {
      this.report(
        'I8',
        `order ${id} is at version ${String(actor.version)}, its row at ${String(row['version'])}`,
      );
    }
    try {
      const steps = rows.map(({ version, messageId, type, atMs, detail }) => ({
        version,
        messageId,
        type,
        data: (detail as { readonly data: Json }).data,
        atMs,
      }));
      const { replayed, stored } = this.replay(actor, steps);
      if (!isDeepStrictEqual(replayed, stored)) {
        const [is, was] = [JSON.stringify(replayed), JSON.stringify(stored)];
        this.report('I8', `order ${id} replays to ${is}, stored is ${was}`);
      }
    } catch (error) {
      this.report(
        'I8',
        `order ${id} does not replay: ${error instanceof Error ? error.message : String(error)}`,
      );
    }
  }
}

import { addressee, type Message } from '../../core/kernel/message.ts';
import { type Behaviour, type RelatedRequest } from '../../core/engine/behaviour.ts';
import type { Commit, EngineStore, RelatedRows } from '../../core/engine/ports.ts';
import { seedStock } from '../../core/services/inventory/seed.ts';
import { stockBehaviour } from '../../core/services/inventory/stock.ts';
import type { StockState } from '../../core/services/inventory/stock-state.ts';

export const NOW = Date.UTC(2026, 4, 1);
export const HOLD_MS = 600_000;
export const NOTHING: Commit = {
  owner: 'test',
  fences: [],
  actors: [],
  wakes: [],
  log: [],
  inbox: [],
  rows: [],
  outbox: [],
  confirmed: [],
};

/** What a stock actor works on. */
export interface StockStores {
  readonly store: Pick<EngineStore, 'hydrate' | 'commit'>;
  readonly related: RelatedRows;
}

/** A stock actor on the service's tables: one message, one commit. */
export class StoredStock {
  private readonly behaviour: Behaviour<StockState> = stockBehaviour({ holdMs: HOLD_MS });
  private readonly store;
  private readonly related;
  now = NOW;

  constructor({ store, related }: StockStores) {
    this.store = store;
    this.related = related;
  }

  seed(): Promise<number> {
    const stock = [
      {
        sku: 'MUG-1',
        warehouses: [
          { id: 'ams', onHand: 10 },
          { id: 'ohio', onHand: 4 },
        ],
      },
      { sku: 'MUG-2', warehouses: [{ id: 'ams', onHand: 0 }] },
    ];
    return seedStock(this.store, stock, { partitions: 16, nowMs: NOW });
  }

  async handle(
    type: string,
    data: { readonly orderId?: string; readonly sku: string },
    id = `${type}/${String(data.orderId)}`,
  ): Promise<readonly string[]> {
    const time = new Date(this.now).toISOString();
    const message: Message = {
      id,
      type,
      subject: data.sku,
      correlationId: 'c',
      causationId: null,
      time,
      version: 1,
      data,
    };
    const {
      actors: [record],
    } = await this.store.hydrate([{ kind: 'stock', id: addressee(message) }], []);
    const rows = await this.related.read(this.behaviour.related?.(message) ?? []);
    const state =
      record === undefined
        ? this.behaviour.initial(data.sku)
        : this.behaviour.deserialize(record.snapshot, record);
    if (state === undefined) throw new Error(`${data.sku} has no actor`);
    const reaction = this.behaviour.react(state, message, this.now, rows);
    await this.store.commit({
      ...NOTHING,
      actors: [
        {
          ...(record ?? newActor(data.sku)),
          version: (record?.version ?? 0) + 1,
          expectedVersion: record?.version ?? 0,
          snapshot: this.behaviour.serialize(reaction.state),
          wakeChanged: false,
        },
      ],
      rows: reaction.rows,
    });
    return reaction.messages.map((draft) => draft.type);
  }

  read(requests: readonly RelatedRequest[]): ReturnType<typeof this.related.read> {
    return this.related.read(requests);
  }
}

/** The row of a SKU that was never stocked. */
function newActor(
  sku: string,
): Omit<Commit['actors'][number], 'version' | 'expectedVersion' | 'snapshot' | 'wakeChanged'> {
  return {
    kind: 'stock',
    id: sku,
    partition: 0,
    definition: 1,
    timers: [],
    waiting: [],
    wakeAt: null,
    finished: false,
  };
}

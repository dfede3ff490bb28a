import type { RowWrite } from '../../engine/behaviour.ts';
import type { ActorWrite, EngineStore } from '../../engine/ports.ts';
import { partitionOf } from '../../kernel/partition.ts';
import { STOCK_KIND, stockBehaviour } from './stock.ts';
import { newStock } from './stock-state.ts';

/** What a SKU starts with. */
export interface InitialStock {
  readonly sku: string;
  readonly warehouses: readonly { readonly id: string; readonly onHand: number }[];
}

/** SKUs of one commit. */
const CHUNK = 500;

/**
 * Stocks SKUs that no actor has written yet: actors, stock rows and ledger, in the same commit. Those that exist
 * stay as they are, so it may run at every start. Resolves with how many were stocked. Two processes doing it at
 * the same moment: one of them rejects with FenceLost or ValueRefused, having written nothing of that chunk.
 */
export async function seedStock(
  store: Pick<EngineStore, 'hydrate' | 'commit'>,
  stock: readonly InitialStock[],
  options: { readonly partitions: number; readonly nowMs: number },
): Promise<number> {
  let seeded = 0;
  for (let start = 0; start < stock.length; start += CHUNK) {
    const chunk = stock.slice(start, start + CHUNK);
    const { actors: known } = await store.hydrate(
      chunk.map(({ sku }) => ({ kind: STOCK_KIND, id: sku })),
      [],
    );
    const taken = new Set(known.map(({ id }) => id));
    const fresh = chunk.filter(({ sku }) => !taken.has(sku));
    if (fresh.length === 0) continue;
    await store.commit({
      owner: 'seed',
      fences: [],
      actors: fresh.map((each) => actorWrite(each, options.partitions)),
      wakes: [],
      log: [],
      inbox: [],
      rows: fresh.flatMap((each) => stockRows(each, options.nowMs)),
      outbox: [],
      confirmed: [],
    });
    seeded += fresh.length;
  }
  return seeded;
}

function actorWrite({ sku, warehouses }: InitialStock, partitions: number): ActorWrite {
  const behaviour = stockBehaviour({ holdMs: 0 });
  const state = newStock(
    sku,
    warehouses.map(({ id, onHand }) => ({ id, onHand, reserved: 0 })),
  );
  return {
    kind: STOCK_KIND,
    id: sku,
    partition: partitionOf(sku, partitions),
    version: 1,
    expectedVersion: 0,
    definition: behaviour.definition,
    snapshot: behaviour.serialize(state),
    timers: [],
    waiting: [],
    wakeAt: null,
    wakeChanged: false,
    finished: false,
  };
}

function stockRows({ sku, warehouses }: InitialStock, nowMs: number): readonly RowWrite[] {
  return warehouses.flatMap(({ id, onHand }, line): readonly RowWrite[] => [
    { table: 'stock', row: { sku, warehouse_id: id, on_hand: onHand, reserved: 0 } },
    {
      table: 'stock_ledger',
      row: {
        message_id: `seed/${sku}`,
        line,
        sku,
        warehouse_id: id,
        kind: 'seeded',
        on_hand_delta: onHand,
        reserved_delta: 0,
        on_hand_after: onHand,
        reserved_after: 0,
        order_id: null,
        reason: 'first stock',
        at: new Date(nowMs).toISOString(),
      },
    },
  ]);
}

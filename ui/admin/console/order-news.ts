import { createSignal, onCleanup } from 'solid-js';
import { follow } from '../../api/live.ts';
import type { OrderStatus, OrderView } from '../../api/types.ts';

interface Changed {
  readonly id: string;
  readonly version: number;
  readonly status: OrderStatus;
}

/**
 * Orders that came in since the list was read; those in it change in place. Ids are ordered by time, so an order is new
 * when its id is beyond all that were there: its first version may be past before anyone is told of it.
 */
export function createNews(told: {
  readonly update: (change: (order: OrderView) => OrderView) => void;
  /** After each bundle, with the ids of what has changed. */
  readonly changed: (ids: ReadonlySet<string>) => void;
}): { readonly count: () => number; readonly clear: () => void } {
  const [fresh, setFresh] = createSignal<ReadonlySet<string>>(new Set());
  let newest: string | undefined;
  const clear = () => {
    for (const id of fresh()) if (newest === undefined || id > newest) newest = id;
    setFresh(new Set<string>());
  };
  const stop = follow('admin:orders', undefined, ({ type, data }) => {
    const { orders } = data as { readonly orders: readonly Changed[] };
    if (newest === undefined || type !== 'orders.changed') {
      newest ??= orders.filter(isTimed).reduce((last, { id }) => (id > last ? id : last), '');
      return;
    }
    const known = newest;
    const changed = new Map(orders.map((order) => [order.id, order]));
    const came = orders.filter(isTimed).flatMap(({ id }) => (id > known ? [id] : []));
    if (came.length > 0) setFresh(new Set([...fresh(), ...came]));
    told.update((order) => {
      const now = changed.get(order.id);
      if (now === undefined || now.version <= order.version) return order;
      return { ...order, status: now.status, version: now.version };
    });
    told.changed(new Set(changed.keys()));
  });
  onCleanup(stop);
  return { count: () => fresh().size, clear };
}

/** Ids that somebody made up, as seeded orders have, tell no time. */
function isTimed({ id }: Pick<Changed, 'id'>): boolean {
  return /^[0-9a-f]{8}-/.test(id);
}

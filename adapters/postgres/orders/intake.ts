import type { SqlType, TableSpec } from '../../../core/engine/ports.ts';
import { messageText } from '../../../core/kernel/message-text.ts';
import { assert } from '../../../core/kernel/assert.ts';
import type { Clock } from '../../../core/kernel/clock.ts';
import { IDEMPOTENCY_HOURS } from '../../../core/kernel/limits.ts';
import type {
  EarlierPlacement,
  Placed,
  Placement,
  PlacementBatch,
  PlacementStore,
} from '../../../core/services/orders/intake-port.ts';
import { ORDER_ITEM_TABLE, ORDER_TABLE } from '../../../core/services/orders/tables.ts';
import { arrayParameter, sentAs } from '../arrays.ts';
import type { Queryable } from '../database.ts';
import { openRequestsText } from '../engine/commit-actors.ts';

/**
 * Owns: placing a batch of orders in one statement (P21): idempotency keys first, then everything of those orders
 * whose key was free, then one outbox row with their messages.
 * Does not own: which orders are in a batch, what happens to those that lost.
 *
 * I1. What an order wrote is there exactly when its key is there, under its order id.
 * I2. Keys are inserted in one order everywhere, so that two batches never wait for each other.
 */
const KEY_LIFETIME = `interval '${String(IDEMPOTENCY_HOURS)} hours'`;

/** What the winners add to the books of analytics (core/services/orders/tally.ts). */
const TALLY = `insert into orders.tally (id, at, counts)
  select min(order_id), max(created_at), jsonb_build_object(
    'handled:order.placed', jsonb_build_array(count(*), 0),
    'told:order.placed', jsonb_build_array(count(*), sum(total_cents)))
  from placed having count(*) > 0`;

/** Collects the statement's parameters: one array per column. */
class Parameters {
  readonly values: unknown[] = [];

  add(type: string, value: unknown): string {
    this.values.push(value);
    return `$${String(this.values.length)}::${type}`;
  }

  /** `unnest` over an array per column. */
  unnest(columns: readonly (readonly [type: string, values: readonly unknown[]])[]): string {
    return `unnest(${columns.map(([type, values]) => this.add(`${type}[]`, arrayParameter(type, values))).join(', ')})`;
  }
}

export async function commitPlacements(db: Queryable, batch: PlacementBatch): Promise<Placed> {
  const placements = onePerKey(batch.placements);
  if (placements.length === 0) return { winners: new Set() };
  const parameters = new Parameters();
  const parts = [
    `placed as (${keys(parameters, placements)})`,
    `acted as (${actors(parameters, placements)})`,
    `logged as (${logs(parameters, placements)})`,
    `ordered as (${rows(parameters, ORDER_TABLE, placements)})`,
    `listed as (${rows(parameters, ORDER_ITEM_TABLE, placements)})`,
    `products as (${knownProducts(parameters, placements)})`,
    `customers as (${knownCustomers(parameters, placements)})`,
    `tallied as (${TALLY})`,
    `sent as (${outbox(parameters, batch, placements)})`,
  ];
  const sql = `with ${parts.join(',\n')}\nselect order_id from placed`;
  const won = await db.query<{ readonly order_id: string }>(sql, parameters.values, 'orders.intake.commit');
  return { winners: new Set(won.map(({ order_id }) => order_id)) };
}

/** The store that intake places its orders in; the clock tells when a key's memory has run out. */
export function placementStore(db: Queryable, clock: Pick<Clock, 'now'>): PlacementStore {
  const oldest = (): string => new Date(clock.now() - IDEMPOTENCY_HOURS * 3_600_000).toISOString();
  return {
    commit: (batch) => commitPlacements(db, batch),

    async findByKey(userId, key) {
      const [row] = await db.query<KeyRow>(
        `select order_id, fingerprint, total_cents, created_at from orders.idempotency
         where user_id = $1 and key = $2 and created_at >= $3::timestamptz`,
        [userId, key, oldest()],
        'orders.intake.find_by_key',
      );
      return row === undefined ? undefined : earlierPlacement(row);
    },

    async forgetKeys() {
      const [row] = await db.query<{ readonly gone: number }>(
        `with gone as (delete from orders.idempotency where created_at < $1::timestamptz returning 1)
         select count(*)::integer as gone from gone`,
        [oldest()],
      );
      return row?.gone ?? 0;
    },
  };
}

interface KeyRow {
  readonly order_id: string;
  readonly fingerprint: string;
  readonly total_cents: number;
  readonly created_at: Date;
}

function earlierPlacement(row: KeyRow): EarlierPlacement {
  return {
    orderId: row.order_id,
    fingerprint: row.fingerprint,
    totalCents: row.total_cents,
    createdAt: row.created_at.toISOString(),
  };
}

/** Of several placements under one key in the same batch the first one runs; the statement can't meet a key twice. */
function onePerKey(placements: readonly Placement[]): readonly Placement[] {
  const taken = new Set<string>();
  return placements.filter(({ userId, key }) => {
    const name = JSON.stringify([userId, key]);
    if (taken.has(name)) return false;
    taken.add(name);
    return true;
  });
}

function keys(parameters: Parameters, placements: readonly Placement[]): string {
  const sorted = [...placements].sort((a, b) => compare(a.userId, b.userId) || compare(a.key, b.key));
  const values = parameters.unnest([
    ['text', sorted.map(({ userId }) => userId)],
    ['text', sorted.map(({ key }) => key)],
    ['text', sorted.map(({ fingerprint }) => fingerprint)],
    ['text', sorted.map(({ orderId }) => orderId)],
    ['bigint', sorted.map(({ totalCents }) => totalCents)],
    ['timestamptz', sorted.map(({ createdAt }) => createdAt)],
  ]);
  return `insert into orders.idempotency as known (user_id, key, fingerprint, order_id, total_cents, created_at)
    select * from ${values}
    on conflict (user_id, key) do update set fingerprint = excluded.fingerprint, order_id = excluded.order_id,
      total_cents = excluded.total_cents, created_at = excluded.created_at
    where known.created_at < excluded.created_at - ${KEY_LIFETIME}
    returning order_id, total_cents, created_at`;
}

function actors(parameters: Parameters, placements: readonly Placement[]): string {
  const writes = placements.map(({ actor }) => actor);
  for (const { actor, orderId } of placements) {
    assert(actor.id === orderId && actor.expectedVersion === 0, 'a placed order starts its own actor');
  }
  const values = parameters.unnest([
    ['text', writes.map(({ kind }) => kind)],
    ['text', writes.map(({ id }) => id)],
    ['integer', writes.map(({ partition }) => partition)],
    ['bigint', writes.map(({ version }) => version)],
    ['integer', writes.map(({ definition }) => definition)],
    ['boolean', writes.map(({ finished }) => finished)],
    ['bigint', writes.map(({ wakeAt }) => wakeAt)],
    ['text', writes.map(({ snapshot }) => JSON.stringify(snapshot))],
    ['text', writes.map(({ timers }) => JSON.stringify(timers))],
    ['text', writes.map(({ waiting }) => openRequestsText(waiting))],
  ]);
  return `insert into orders.actor (kind, id, partition, version, definition, finished, wake_at_ms,
      snapshot, timers, waiting)
    select kind, id, partition, version, definition, finished, wake_at_ms, snapshot::json, timers::json,
      waiting::json
    from ${values} as actor(kind, id, partition, version, definition, finished, wake_at_ms, snapshot, timers, waiting)
    join placed on placed.order_id = actor.id`;
}

function logs(parameters: Parameters, placements: readonly Placement[]): string {
  const entries = placements.map(({ log }) => log);
  const values = parameters.unnest([
    ['text', placements.map(({ orderId }) => orderId)],
    ['text', entries.map(({ kind }) => kind)],
    ['text', entries.map(({ id }) => id)],
    ['bigint', entries.map(({ version }) => version)],
    ['text', entries.map(({ messageId }) => messageId)],
    ['text', entries.map(({ type }) => type)],
    ['text', entries.map(({ causationId }) => causationId)],
    ['text', entries.map(({ from }) => from)],
    ['text', entries.map(({ to }) => to)],
    ['timestamptz', entries.map(({ atMs }) => new Date(atMs).toISOString())],
    ['text', entries.map(({ detail }) => JSON.stringify(detail))],
  ]);
  return `insert into orders.actor_log (kind, id, version, message_id, type, causation_id, from_state, to_state, at,
      detail)
    select kind, id, version, message_id, type, causation_id, from_state, to_state, at, detail::jsonb
    from ${values} as entry(owner, kind, id, version, message_id, type, causation_id, from_state, to_state, at, detail)
    join placed on placed.order_id = entry.owner`;
}

/** The rows that the placements wrote through one table spec. */
function rows(parameters: Parameters, spec: TableSpec, placements: readonly Placement[]): string {
  const written = rowsOf(spec, placements);
  const columns = Object.entries(spec.columns);
  const values = parameters.unnest([
    ['text', written.map(({ orderId }) => orderId)],
    ...columns.map(
      ([name, type]) => [sentAs(type), written.map(({ row }) => sqlValue(row[name], type))] as const,
    ),
  ]);
  const names = columns.map(([name]) => name).join(', ');
  const selected = columns
    .map(([name, type]) => (type === 'jsonb' ? `r.${name}::jsonb` : `r.${name}`))
    .join(', ');
  return `insert into orders.${spec.table} (${names}) select ${selected}
    from ${values} as r(placed_as, ${names}) join placed on placed.order_id = r.placed_as`;
}

function rowsOf(
  spec: TableSpec,
  placements: readonly Placement[],
): readonly { readonly orderId: string; readonly row: Readonly<Record<string, unknown>> }[] {
  return placements.flatMap(({ orderId, rows: writes }) =>
    writes.flatMap(({ table, row }) => {
      assert(
        table === ORDER_TABLE.name || table === ORDER_ITEM_TABLE.name,
        `intake writes no rows of ${table}`,
      );
      return table === spec.name ? [{ orderId, row }] : [];
    }),
  );
}

function knownProducts(parameters: Parameters, placements: readonly Placement[]): string {
  const products = new Map(rowsOf(ORDER_ITEM_TABLE, placements).map(({ row }) => [row['product_id'], row]));
  const sorted = [...products.values()].sort((a, b) =>
    compare(String(a['product_id']), String(b['product_id'])),
  );
  const values = parameters.unnest([
    ['text', sorted.map((row) => row['product_id'])],
    ['text', sorted.map((row) => row['sku'])],
    ['text', sorted.map((row) => row['name'])],
  ]);
  return `insert into orders.known_product as known (product_id, sku, name)
    select * from ${values} as product(product_id, sku, name)
    where not exists (select 1 from orders.known_product same where same.product_id = product.product_id
      and same.sku = product.sku and same.name = product.name)
    on conflict (product_id) do update set sku = excluded.sku, name = excluded.name`;
}

function knownCustomers(parameters: Parameters, placements: readonly Placement[]): string {
  const customers = new Map(rowsOf(ORDER_TABLE, placements).map(({ row }) => [row['user_id'], row]));
  const sorted = [...customers.values()].sort((a, b) => compare(String(a['user_id']), String(b['user_id'])));
  const values = parameters.unnest([
    ['text', sorted.map((row) => row['user_id'])],
    ['text', sorted.map((row) => row['customer_name'])],
    ['text', sorted.map((row) => row['email'])],
  ]);
  return `insert into orders.known_customer as known (user_id, customer_name, email)
    select * from ${values} as customer(user_id, customer_name, email)
    where not exists (select 1 from orders.known_customer same where same.user_id = customer.user_id
      and same.customer_name = customer.customer_name and same.email = customer.email)
    on conflict (user_id) do update set customer_name = excluded.customer_name, email = excluded.email`;
}

/** One row with the winners' messages in the order of intake; none when nobody won. */
function outbox(
  parameters: Parameters,
  { writer }: PlacementBatch,
  placements: readonly Placement[],
): string {
  const messages = placements.flatMap((each) =>
    each.messages.map((message) => ({ orderId: each.orderId, message })),
  );
  const key = [
    parameters.add('text', writer.writer),
    parameters.add('bigint', writer.epoch),
    parameters.add('bigint', writer.sequence),
  ];
  const values = parameters.unnest([
    ['integer', messages.map((_, place) => place)],
    ['text', messages.map(({ orderId }) => orderId)],
    ['text', messages.map(({ message }) => messageText(message))],
  ]);
  return `insert into orders.outbox (writer, epoch, sequence, messages)
    select ${key.join(', ')}, json_agg(m.message::json order by m.place)
    from ${values} as m(place, order_id, message) join placed on placed.order_id = m.order_id
    having count(*) > 0`;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

function sqlValue(value: unknown, type: SqlType): unknown {
  if (value === undefined || value === null) return null;
  return type === 'jsonb' ? JSON.stringify(value) : value;
}

import type { FraudStore, KeptVerdict } from '../../../core/services/intelligence/fraud/store.ts';
import { HISTORY_MS, HISTORY_ORDERS_MAX, type PastOrder } from '../../../core/models/fraud/orders.ts';
import { plainArray, textArray } from '../arrays.ts';
import type { Database, Queryable } from '../database.ts';
import { outboxInsertSql, outboxValues } from '../engine/outbox.ts';

interface SeenRow {
  readonly order_id: string;
  readonly user_id: string;
  readonly placed_at: Date;
  readonly total_cents: number;
  readonly address: string;
  readonly network: string | null;
  readonly device: string | null;
  readonly score: number | null;
  readonly reasons: readonly string[];
  readonly model_version: number | null;
  readonly declined_at: Date | null;
  readonly refund_asked_at: Date | null;
}

const SCHEMA = 'intelligence';
const SEEN =
  'order_id, user_id, placed_at, total_cents, address, network, device, score, reasons, model_version';

/** The latest orders that share `column` with one of `$n`, each key's own list. */
function latest(column: string, parameter: number): string {
  return `select found.* from unnest($${String(parameter)}::text[]) as wanted(key) cross join lateral (
      select ${SEEN} from ${SCHEMA}.seen_order
      where ${column} = wanted.key and placed_at > $6::timestamptz
      order by placed_at desc limit ${String(HISTORY_ORDERS_MAX)}
    ) as found`;
}

const LOOK = `
  with related as (
    select ${SEEN} from ${SCHEMA}.seen_order where order_id = any($1::text[])
    union ${latest('user_id', 2)}
    union ${latest('address', 3)}
    union ${latest('network', 4)}
    union ${latest('device', 5)}
  )
  select related.*, declined.at as declined_at, refund.at as refund_asked_at
  from related
  left join ${SCHEMA}.order_outcome declined on declined.order_id = related.order_id and declined.kind = 'declined'
  left join ${SCHEMA}.order_outcome refund on refund.order_id = related.order_id and refund.kind = 'refund_asked'`;

const KEEP = `insert into ${SCHEMA}.seen_order (${SEEN}, signals)
  select order_id, user_id, placed_at, total_cents, address, network, device, score,
    reasons::text[], model_version, signals::double precision[]
  from unnest($1::text[], $2::text[], $3::timestamptz[], $4::bigint[], $5::text[], $6::text[], $7::text[],
    $8::double precision[], $9::text[], $10::integer[], $11::text[])
    as row(order_id, user_id, placed_at, total_cents, address, network, device, score, reasons, model_version, signals)
  on conflict (order_id) do nothing`;

const LEARN = `insert into ${SCHEMA}.order_outcome (order_id, kind, at)
  select distinct on (order_id, kind) order_id, kind, at
  from unnest($1::text[], $2::text[], $3::timestamptz[]) as row(order_id, kind, at)
  order by order_id, kind, at
  on conflict (order_id, kind) do nothing`;

export function createFraudStore(db: Database): FraudStore {
  return {
    async look(orders) {
      if (orders.length === 0) return { seen: new Map(), past: [] };
      const placed = orders.map(({ placedAtMs }) => placedAtMs);
      const rows = await db.query<SeenRow>(
        LOOK,
        [
          textArray(orders.map(({ orderId }) => orderId)),
          distinct(orders.map(({ userId }) => userId)),
          distinct(orders.map(({ address }) => address)),
          distinct(orders.map(({ network }) => network)),
          distinct(orders.map(({ device }) => device)),
          new Date(Math.min(...placed) - HISTORY_MS),
        ],
        'intelligence.fraud.look',
      );
      const asked = new Set(orders.map(({ orderId }) => orderId));
      return {
        seen: new Map(
          rows.filter((row) => asked.has(row.order_id)).map((row) => [row.order_id, verdictOf(row)]),
        ),
        past: rows.map(pastOf),
      };
    },

    async keep(orders, outbox) {
      const values = [
        textArray(orders.map(({ orderId }) => orderId)),
        textArray(orders.map(({ userId }) => userId)),
        plainArray(orders.map(({ placedAtMs }) => new Date(placedAtMs).toISOString())),
        plainArray(orders.map(({ totalCents }) => totalCents)),
        textArray(orders.map(({ address }) => address)),
        textArray(orders.map(({ network }) => network)),
        textArray(orders.map(({ device }) => device)),
        plainArray(orders.map(({ verdict }) => verdict?.score ?? null)),
        textArray(orders.map(({ verdict }) => literalOf(verdict?.reasons ?? []))),
        plainArray(orders.map(({ verdict }) => verdict?.modelVersion ?? null)),
        textArray(orders.map((order) => `{${Array.from(order.values, String).join(',')}}`)),
      ];
      if (outbox === undefined) {
        await db.query(KEEP, values, 'intelligence.fraud.keep');
        return;
      }
      await db.query(
        `with kept as (${KEEP}) ${outboxInsertSql(SCHEMA, values.length + 1)}`,
        [...values, ...outboxValues([outbox])],
        'intelligence.fraud.keep_and_tell',
      );
    },

    async learn(outcomes) {
      await db.query(
        LEARN,
        [
          textArray(outcomes.map(({ orderId }) => orderId)),
          textArray(outcomes.map(({ kind }) => kind)),
          plainArray(outcomes.map(({ atMs }) => new Date(atMs).toISOString())),
        ],
        'intelligence.fraud.learn',
      );
    },
  };
}

/** Forgets a person in the intelligence service: the orders seen of them, and what became of these. May be called again. */
export async function forgetShopper(db: Queryable, userId: string): Promise<void> {
  await db.query(
    `with gone as (delete from ${SCHEMA}.seen_order where user_id = $1 returning order_id)
     delete from ${SCHEMA}.order_outcome where order_id in (select order_id from gone)`,
    [userId],
  );
}

/** Drops what is too old to count. */
export async function forgetOldOrders(db: Queryable, nowMs: number): Promise<void> {
  const before = new Date(nowMs - HISTORY_MS);
  await db.query(`delete from ${SCHEMA}.seen_order where placed_at < $1::timestamptz`, [before]);
  await db.query(`delete from ${SCHEMA}.order_outcome where at < $1::timestamptz`, [before]);
}

function distinct(keys: readonly (string | null)[]): Buffer {
  return textArray([...new Set(keys.filter((key) => key !== null))]);
}

/** An array within an array: each travels as the literal of its own. */
function literalOf(texts: readonly string[]): string {
  return `{${texts.map((text) => `"${text.replaceAll(/["\\]/g, '\\$&')}"`).join(',')}}`;
}

function verdictOf({ score, reasons, model_version: modelVersion }: SeenRow): KeptVerdict | null {
  return score === null || modelVersion === null ? null : { score, reasons, modelVersion };
}

function pastOf(row: SeenRow): PastOrder {
  return {
    orderId: row.order_id,
    userId: row.user_id,
    placedAtMs: row.placed_at.getTime(),
    totalCents: row.total_cents,
    address: row.address,
    network: row.network,
    device: row.device,
    declinedAtMs: row.declined_at?.getTime() ?? null,
    refundAskedAtMs: row.refund_asked_at?.getTime() ?? null,
  };
}

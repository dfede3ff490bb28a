import { type DemoRun, type DemoStore, PLANNED_BY_DEMO } from '../../../core/services/demo/ports.ts';
import type { Queryable } from '../database.ts';

interface RunRow {
  readonly orders_per_minute: number;
  readonly sales: boolean;
  readonly started_by: string;
  readonly started_at: Date;
  readonly stopping: boolean;
  readonly placed: number;
  readonly refused: number;
}

const RUN = 'orders_per_minute, sales, started_by, started_at, stopping, placed, refused';
const LEASE = `now() + $2 * interval '1 millisecond'`;

/** Users that the demo made. */
export async function demoUserIds(db: Queryable): Promise<readonly string[]> {
  const marked = await db.query<{ email: string }>('select email from demo.account');
  const users = await db.query<{ id: string }>(
    'select id from accounts.users where email = any($1::text[])',
    [marked.map(({ email }) => email)],
  );
  return users.map(({ id }) => id);
}

export function createDemoStore(db: Queryable): DemoStore {
  return {
    async begin(owner, { ordersPerMinute, sales }, by, leaseMs) {
      const rows = await db.query(
        `insert into demo.run (owner, lease_until, orders_per_minute, sales, started_by)
         values ($1, ${LEASE}, $3, $4, $5)
         on conflict (one) do update set owner = $1, lease_until = ${LEASE}, orders_per_minute = $3, sales = $4,
           started_by = $5, started_at = now(), stopping = false, placed = 0, refused = 0
         where run.lease_until < now() returning 1`,
        [owner, leaseMs, ordersPerMinute, sales, by],
        'demo.begin',
      );
      return rows.length > 0;
    },
    async adjust({ ordersPerMinute, sales }) {
      const rows = await db.query(
        `update demo.run set orders_per_minute = $1, sales = $2
         where lease_until >= now() and not stopping returning 1`,
        [ordersPerMinute, sales],
        'demo.adjust',
      );
      return rows.length > 0;
    },
    async requestStop() {
      const rows = await db.query(
        'update demo.run set stopping = true where lease_until >= now() returning 1',
        [],
        'demo.stop',
      );
      return rows.length > 0;
    },
    async renew(owner, leaseMs, { placed, refused }) {
      const [row] = await db.query<RunRow>(
        `update demo.run set lease_until = ${LEASE}, placed = placed + $3, refused = refused + $4
         where owner = $1 returning ${RUN}`,
        [owner, leaseMs, placed, refused],
        'demo.renew',
      );
      return row === undefined ? undefined : runOf(row);
    },
    async end(owner) {
      await db.query(`delete from demo.run where owner = $1`, [owner], 'demo.end');
    },
    async current() {
      const [row] = await db.query<RunRow>(
        `select ${RUN} from demo.run where lease_until >= now()`,
        [],
        'demo.current',
      );
      return row === undefined ? undefined : runOf(row);
    },
    async markAccount(email) {
      await db.query('insert into demo.account (email) values ($1)', [email], 'demo.mark');
    },
    async data() {
      const users = await demoUserIds(db);
      const [orders] = await db.query<{ count: number }>(
        'select count(*) as count from orders.orders where user_id = any($1::text[])',
        [users],
        'demo.orders',
      );
      const [sales] = await db.query<{ count: number }>(
        'select count(*) as count from catalog.flash_sale where planned_by = $1',
        [PLANNED_BY_DEMO],
        'demo.sales',
      );
      return { accounts: users.length, orders: orders?.count ?? 0, sales: sales?.count ?? 0 };
    },
  };
}

function runOf(row: RunRow): DemoRun {
  return {
    ordersPerMinute: row.orders_per_minute,
    sales: row.sales,
    startedBy: row.started_by,
    startedAt: row.started_at.toISOString(),
    stopping: row.stopping,
    placed: row.placed,
    refused: row.refused,
  };
}

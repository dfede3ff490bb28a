import type {
  LineHead,
  LineQueue,
  LineStore,
  LineUnits,
  Place,
  PlaceState,
  TurnUse,
  UsedPlace,
} from '../../../core/services/gateway/line/ports.ts';
import { assert } from '../../../core/kernel/assert.ts';
import type { Database, Queryable } from '../database.ts';

/**
 * The waiting lines of flash sales in Postgres.
 *
 * I1. Whoever gives places, turns or units of a sale holds the lock of its line row; so two gateways never give the
 *     same position, or one unit twice.
 * I2. A place changes its state only from the state it must be in.
 */

interface PlaceRow {
  readonly sale_id: string;
  readonly user_id: string;
  readonly position: number;
  readonly state: PlaceState;
  readonly turn_until: Date | null;
  readonly idempotency_key: string | null;
}

const PLACE = 'sale_id, user_id, position, state, turn_until, idempotency_key';
/** Lines or places that one statement removes. */
const FORGET_MAX = 10_000;
/** States of places that shoppers have now; the index of one place for each shopper is over them. */
const CURRENT = `state in ('waiting', 'turn', 'used')`;

export function createLineStore(db: Database): LineStore {
  return {
    join: (sale, userIds) =>
      db.transaction(async (tx) => {
        await tx.query(
          `insert into gateway.line (sale_id, units, ends_at) values ($1, $2, $3::timestamptz)
           on conflict (sale_id) do nothing`,
          [sale.id, sale.units, sale.endsAt],
          'gateway.line.begin',
        );
        await lock(tx, sale.id);
        const found = await current(tx, sale.id, userIds);
        const known = new Set(found.map(({ userId }) => userId));
        const joined = await append(
          tx,
          sale.id,
          userIds.filter((userId) => !known.has(userId)),
        );
        return [...found, ...joined];
      }),

    async places(saleId, userIds) {
      const places = await current(db, saleId, userIds);
      return new Map(places.map((place) => [place.userId, place]));
    },

    async leave(saleId, userId) {
      await db.query(
        `update gateway.place set state = 'lapsed'
         where sale_id = $1 and user_id = $2 and state in ('waiting', 'turn')`,
        [saleId, userId],
        'gateway.place.leave',
      );
    },

    heads: (saleIds) =>
      db.query<LineHead>(
        `select sale_id as "saleId", admitted_up_to as "admittedUpTo", joined, sold, sold_out as "soldOut"
         from gateway.line where sale_id = any($1::text[])`,
        [saleIds],
        'gateway.line.heads',
      ),

    queues: (saleIds) =>
      db.query<LineQueue>(
        `select line.sale_id as "saleId", units, sold,
           (select count(*) from gateway.place
            where place.sale_id = line.sale_id and state = 'waiting')::integer as waiting,
           (select (extract(epoch from clock_timestamp() - joined_at) * 1000)::float8 from gateway.place
            where place.sale_id = line.sale_id and state = 'waiting' order by position limit 1) as "headAgeMs",
           (select count(*) from gateway.place
            where place.sale_id = line.sale_id and state = 'turn' and turn_until > clock_timestamp())::integer
             as "openTurns"
         from gateway.line where sale_id = any($1::text[])`,
        [saleIds],
        'gateway.line.queues',
      ),

    admit: (saleId, turnMs, turnsFree) =>
      db.transaction(async (tx) => {
        // In turn with everybody who joins: skipping a locked line would stop it for as long as a crowd comes.
        const line = await lock(tx, saleId);
        if (line.sold >= line.units || line.sold_out) return 0;
        await tx.query(
          `update gateway.place set state = 'lapsed'
           where sale_id = $1 and state = 'turn' and turn_until <= clock_timestamp()`,
          [saleId],
          'gateway.place.lapse',
        );
        const free = turnsFree(await unitsOf(tx, saleId, line));
        if (free !== 'sold_out') return free < 1 ? 0 : giveTurns(tx, saleId, turnMs, free);
        await tx.query(
          `update gateway.line set sold_out = true where sale_id = $1`,
          [saleId],
          'gateway.line.sold_out',
        );
        return 0;
      }),

    use: (saleId, userId, { quantity, idempotencyKey, fingerprint }) =>
      db.transaction(async (tx): Promise<TurnUse> => {
        // More units than the one of the turn are others' to have: only under the lock of all.
        const line = quantity === 1 ? undefined : await lock(tx, saleId);
        if (line !== undefined) {
          const { units, sold, inOrders, onTurns } = await unitsOf(tx, saleId, line);
          const unitsLeft = units - sold - inOrders - onTurns + 1;
          if (quantity > unitsLeft) return { outcome: 'too_many', unitsLeft };
        }
        const [used] = await tx.query<{ readonly position: number }>(
          `update gateway.place set state = 'used', quantity = $3, used_at = clock_timestamp(), idempotency_key = $4,
             fingerprint = $5, order_id = null
           where sale_id = $1 and user_id = $2 and state = 'turn' and turn_until > clock_timestamp()
           returning position`,
          [saleId, userId, quantity, idempotencyKey, fingerprint],
          'gateway.place.use',
        );
        return used === undefined ? { outcome: 'no_turn' } : { outcome: 'used', position: used.position };
      }),

    async ordered(saleId, position, { quantity, idempotencyKey, fingerprint }, orderId) {
      await db.query(
        `update gateway.place set state = 'used', quantity = $3, used_at = coalesce(used_at, clock_timestamp()),
           idempotency_key = $4, fingerprint = $5, order_id = $6
         where sale_id = $1 and position = $2
           and (state = 'turn' or state = 'used' and order_id is null and idempotency_key = $4)`,
        [saleId, position, quantity, idempotencyKey, fingerprint, orderId],
        'gateway.place.ordered',
      );
    },

    async giveBack(saleId, position, idempotencyKey) {
      await db.query(
        `update gateway.place set state = 'turn', quantity = 1, used_at = null, idempotency_key = null, fingerprint = null
         where sale_id = $1 and position = $2 and state = 'used' and order_id is null and idempotency_key = $3`,
        [saleId, position, idempotencyKey],
        'gateway.place.give_back',
      );
    },

    used: (saleId, after, limit) =>
      db.query<UsedPlace>(
        `select sale_id as "saleId", position, user_id as "userId", quantity,
           (extract(epoch from clock_timestamp() - used_at) * 1000)::float8 as "usedForMs",
           idempotency_key as "idempotencyKey", fingerprint, order_id as "orderId"
         from gateway.place where sale_id = $1 and state = 'used' and position > $2 order by position limit $3`,
        [saleId, after, limit],
        'gateway.place.used',
      ),

    settle: (saleId, outcomes) =>
      db.transaction(async (tx) => {
        await lock(tx, saleId);
        await tx.query(
          `with settled as (
             update gateway.place as place set state = outcome.state
             from unnest($2::bigint[], $3::text[]) as outcome(position, state)
             where place.sale_id = $1 and place.position = outcome.position and place.state = 'used'
             returning place.state, place.quantity
           )
           update gateway.line set
             sold = sold + coalesce((select sum(quantity) from settled where state = 'sold'), 0),
             sold_out = sold_out or sold + coalesce((select sum(quantity) from settled where state = 'sold'), 0) >= units
           where sale_id = $1`,
          [saleId, outcomes.map(({ position }) => position), outcomes.map(({ state }) => state)],
          'gateway.place.settle',
        );
      }),

    async forget(endedBefore) {
      const lines = await db.query<{ readonly saleId: string }>(
        `select sale_id as "saleId" from gateway.line where ends_at < $1::timestamptz order by ends_at limit $2`,
        [endedBefore, FORGET_MAX],
        'gateway.line.old',
      );
      for (const { saleId } of lines) await forgetLine(db, saleId);
    },
  };
}

/** The line goes last, so that what was begun is found again. */
async function forgetLine(db: Database, saleId: string): Promise<void> {
  let gone: number;
  do {
    const rows = await db.query(
      `delete from gateway.place where sale_id = $1 and position in (
         select position from gateway.place where sale_id = $1 order by position limit $2
       ) returning 1`,
      [saleId, FORGET_MAX],
      'gateway.place.forget',
    );
    gone = rows.length;
  } while (gone === FORGET_MAX);
  await db.query(`delete from gateway.line where sale_id = $1`, [saleId], 'gateway.line.forget');
}

interface LineRow {
  readonly units: number;
  readonly sold: number;
  readonly sold_out: boolean;
}

async function lock(tx: Queryable, saleId: string): Promise<LineRow> {
  const [line] = await tx.query<LineRow>(
    `select units, sold, sold_out from gateway.line where sale_id = $1 for no key update`,
    [saleId],
    'gateway.line.lock',
  );
  assert(line !== undefined, 'a line that is worked on was begun');
  return line;
}

async function current(db: Queryable, saleId: string, userIds: readonly string[]): Promise<readonly Place[]> {
  const rows = await db.query<PlaceRow>(
    `select ${PLACE} from gateway.place where sale_id = $1 and user_id = any($2::text[]) and ${CURRENT}`,
    [saleId, userIds],
    'gateway.place.current',
  );
  return rows.map(placeOf);
}

/** Places at the end of the line, in the order given. */
async function append(tx: Queryable, saleId: string, userIds: readonly string[]): Promise<readonly Place[]> {
  if (userIds.length === 0) return [];
  const rows = await tx.query<PlaceRow>(
    `with line as (
       update gateway.line set joined = joined + cardinality($2::text[]) where sale_id = $1
       returning joined - cardinality($2::text[]) as before
     )
     insert into gateway.place (sale_id, position, user_id, state)
     select $1, line.before + shopper.number, shopper.user_id, 'waiting'
     from line, unnest($2::text[]) with ordinality as shopper(user_id, number)
     returning ${PLACE}`,
    [saleId, userIds],
    'gateway.place.append',
  );
  return rows.map(placeOf);
}

/** Those sold are counted in the line, so that a sale of a million units is not counted through four times a second. */
async function unitsOf(tx: Queryable, saleId: string, { units, sold }: LineRow): Promise<LineUnits> {
  const [row] = await tx.query<{ readonly inOrders: number; readonly onTurns: number }>(
    `select coalesce(sum(quantity) filter (where state = 'used'), 0)::integer as "inOrders",
       coalesce(sum(quantity) filter (where state = 'turn'), 0)::integer as "onTurns"
     from gateway.place where sale_id = $1 and state in ('turn', 'used')`,
    [saleId],
    'gateway.place.units',
  );
  return { units, sold, inOrders: row?.inOrders ?? 0, onTurns: row?.onTurns ?? 0 };
}

async function giveTurns(tx: Queryable, saleId: string, turnMs: number, count: number): Promise<number> {
  const given = await tx.query<{ readonly position: number }>(
    `update gateway.place set state = 'turn', turn_until = clock_timestamp() + $3 * interval '1 millisecond'
     where sale_id = $1 and position in (
       select position from gateway.place where sale_id = $1 and state = 'waiting' order by position limit $2
     )
     returning position`,
    [saleId, count, turnMs],
    'gateway.place.turns',
  );
  if (given.length > 0) {
    await tx.query(
      `update gateway.line set admitted_up_to = greatest(admitted_up_to, $2) where sale_id = $1`,
      [saleId, Math.max(...given.map(({ position }) => position))],
      'gateway.line.admitted',
    );
  }
  return given.length;
}

function placeOf(row: PlaceRow): Place {
  return {
    saleId: row.sale_id,
    userId: row.user_id,
    position: row.position,
    state: row.state,
    turnUntilMs: row.turn_until === null ? null : row.turn_until.getTime(),
    idempotencyKey: row.idempotency_key,
  };
}

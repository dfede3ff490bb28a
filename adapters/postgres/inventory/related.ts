import type { RelatedRequest, RelatedRow } from '../../../core/engine/behaviour.ts';
import type { RelatedRows } from '../../../core/engine/ports.ts';
import { unreachable } from '../../../core/kernel/assert.ts';
import {
  HOLDS_READ,
  HOLDS_READ_MAX,
  RESERVATION_READ,
} from '../../../core/services/inventory/reservation.ts';
import type { Queryable } from '../database.ts';

const COLUMNS = `r.order_id, r.sku, r.quantity, r.status, r.allocations, r.freed, r.restocked,
  (extract(epoch from r.expires_at) * 1000)::bigint as expires_at,
  (extract(epoch from r.created_at) * 1000)::bigint as created_at`;

const RESERVATIONS = `select wanted.place, ${COLUMNS}
  from unnest($1::integer[], $2::text[], $3::text[]) as wanted(place, order_id, sku)
  join inventory.reservation r on r.order_id = wanted.order_id and r.sku = wanted.sku`;

const HOLDS = `select wanted.place, ${COLUMNS}
  from unnest($1::integer[], $2::text[]) as wanted(place, sku)
  cross join lateral (
    select * from inventory.reservation held
    where held.sku = wanted.sku and held.status = 'held'
    order by held.expires_at, held.order_id
    limit ${String(HOLDS_READ_MAX)}
  ) r
  order by wanted.place, r.expires_at, r.order_id`;

type PlacedRow = RelatedRow & { readonly place: number };

/** The reservations that stock actors ask for (core/services/inventory/reservation.ts); one query for each kind. */
export function inventoryRelatedRows(db: Queryable): RelatedRows {
  return {
    async read(requests) {
      const reservations: Placed[] = [];
      const holds: Placed[] = [];
      for (const [place, request] of requests.entries()) {
        const name = request.name as typeof RESERVATION_READ | typeof HOLDS_READ;
        switch (name) {
          case RESERVATION_READ:
            reservations.push({ place, request });
            break;
          case HOLDS_READ:
            holds.push({ place, request });
            break;
          default:
            unreachable(name);
        }
      }
      const found = await Promise.all([readReservations(db, reservations), readHolds(db, holds)]);
      const answers: RelatedRow[][] = requests.map(() => []);
      for (const { place, ...row } of found.flat()) answers[place]?.push(row);
      return answers;
    },
  };
}

interface Placed {
  readonly place: number;
  readonly request: RelatedRequest;
}

async function readReservations(db: Queryable, placed: readonly Placed[]): Promise<readonly PlacedRow[]> {
  if (placed.length === 0) return [];
  return db.query<PlacedRow>(
    RESERVATIONS,
    [
      placed.map(({ place }) => place),
      placed.map((each) => keyPart(each, 0)),
      placed.map((each) => keyPart(each, 1)),
    ],
    'inventory.related.reservations',
  );
}

async function readHolds(db: Queryable, placed: readonly Placed[]): Promise<readonly PlacedRow[]> {
  if (placed.length === 0) return [];
  return db.query<PlacedRow>(
    HOLDS,
    [placed.map(({ place }) => place), placed.map((each) => keyPart(each, 0))],
    'inventory.related.holds',
  );
}

function keyPart({ request }: Placed, index: number): string {
  return request.key[index] ?? '';
}

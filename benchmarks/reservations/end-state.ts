import type { Queryable } from '../../adapters/postgres/database.ts';
import { BenchInvalid } from '../harness/bench.ts';

/** Sums over all SKUs. */
export interface StockSums {
  /** The counters on the shelves, units. */
  readonly counted: number;
  /** Reservations that are held, rows and units. */
  readonly reservations: number;
  readonly held: number;
  /** Movements of the ledger, units. */
  readonly moved: number;
  /** SKUs whose own three sums differ, or of which more is reserved than there is. */
  readonly wrong: number;
}

/** Throws BenchInvalid unless counters, held reservations and ledger are all the one unit of each of `answers`. */
export async function checkReservations(database: Queryable, answers: number): Promise<void> {
  const [sums] = await database.query<StockSums>(
    `with held as (
       select sku, count(*) as rows, sum(quantity) as units from inventory.reservation where status = 'held' group by sku
     ), moved as (
       select sku, sum(reserved_delta) as units from inventory.stock_ledger group by sku
     ), shelf as (
       select sku, sum(on_hand) as on_hand, sum(reserved) as reserved from inventory.stock group by sku
     )
     select sum(reserved) as counted, coalesce(sum(held.rows), 0) as reservations,
       coalesce(sum(held.units), 0) as held, coalesce(sum(moved.units), 0) as moved,
       count(*) filter (where reserved > on_hand or reserved <> coalesce(held.units, 0)
         or reserved <> coalesce(moved.units, 0)) as wrong
     from shelf left join held using (sku) left join moved using (sku)`,
  );
  const fault = sums === undefined ? 'no stock at all' : faultIn(sums, answers);
  if (fault !== undefined) throw new BenchInvalid(fault);
}

/** What does not add up, in words; undefined when everything does. */
export function faultIn(
  { counted, reservations, held, moved, wrong }: StockSums,
  answers: number,
): string | undefined {
  if (wrong > 0) return `${wrong} SKUs have other counters than reservations, or more reserved than there is`;
  if (reservations !== answers) return `${answers} answers were heard, ${reservations} reservations are held`;
  if (counted !== answers || held !== answers || moved !== answers) {
    return `${answers} units were confirmed; counted ${counted}, held ${held}, moved ${moved}`;
  }
  return undefined;
}

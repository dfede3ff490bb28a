import type { SchemaMigrations } from '../database.ts';
import { cheaperUpkeep, engineChanges, engineMigrations, pauseChanges } from '../tables.ts';

/**
 * `product_day` keeps the sums; `shopper_day` knows for the last few days whom they count already, by keyed hashes. Days are
 * dropped as a whole and came in their order, so a range of pages knows its days.
 */
const FUNNEL = `
create table product_day (
  day date not null,
  product_id text collate "C" not null,
  viewed integer not null,
  added integer not null,
  ordered integer not null,
  primary key (day, product_id)
) with (fillfactor = 70);

create table shopper_day (
  shopper text collate "C" not null,
  day date not null,
  product_id text collate "C" not null,
  step text collate "C" not null check (step in ('viewed', 'added', 'ordered')),
  primary key (shopper, day, product_id, step)
);
create index shopper_day_by_day on shopper_day using brin (day) with (pages_per_range = 32);
`;

export const analyticsMigrations: SchemaMigrations = {
  schema: 'analytics',
  steps: [
    ...engineMigrations(),
    ...engineChanges(),
    ...cheaperUpkeep(),
    ...pauseChanges(),
    { name: 'from looks to orders', sql: FUNNEL },
  ],
};

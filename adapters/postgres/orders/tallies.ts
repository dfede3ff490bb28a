import type { Tallies, TallySum } from '../../../core/services/analytics/ports.ts';
import type { Queryable } from '../database.ts';

/** Tallies added up in one transaction: more of them would keep others waiting for its locks. */
const FOLDED_AT_ONCE = 5_000;

/** SQL: the names of tallies with their counts, out of the object that a commit left. */
const ENTRIES = `cross join lateral jsonb_each(tally.counts) as entry(name, value)`;
const COUNT = `sum((entry.value ->> 0)::bigint)::bigint`;
const CENTS = `sum((entry.value ->> 1)::bigint)::bigint`;

/** The books of the orders service: what commits left (`tally`), added up by minute and for all time. */
export function createTallies(db: Queryable): Tallies {
  return {
    /**
     * One statement, so one transaction: what it takes away is what it adds, whatever crashes. Rows are locked in one order,
     * and two processes that fold at once take different tallies.
     */
    async fold() {
      const [row] = await db.query<{ readonly folded: number }>(
        `with taken as (
           delete from orders.tally where ctid = any(array(
             select ctid from orders.tally limit ${String(FOLDED_AT_ONCE)} for update skip locked))
           returning at, counts
         ), sums as (
           select date_trunc('minute', tally.at, 'UTC') as minute, entry.name, ${COUNT} as count, ${CENTS} as cents
           from taken as tally ${ENTRIES} group by 1, 2
         ), totals as (
           insert into orders.tally_total as known (name, count, cents)
           select name, sum(count)::bigint, sum(cents)::bigint from sums group by name order by name
           on conflict (name) do update set count = known.count + excluded.count,
             cents = known.cents + excluded.cents
         ), minutes as (
           insert into orders.tally_minute as known (minute, name, count, cents)
           select minute, name, count, cents from sums order by minute, name
           on conflict (minute, name) do update set count = known.count + excluded.count,
             cents = known.cents + excluded.cents
         )
         select count(*)::integer as folded from taken`,
        [],
        'orders.tally.fold',
      );
      return row?.folded ?? 0;
    },

    async forget(before) {
      await db.query('delete from orders.tally_minute where minute < $1::timestamptz', [before]);
    },

    /** One statement sees one state: what is being added up is counted once, as a tally or in its sum. */
    async read({ dayMs, hourMs }) {
      const rows = await db.query<
        TallySum & { readonly span: 'total' | 'today' | 'minute'; readonly minute: Date }
      >(
        `with recent as materialized (
           select date_trunc('minute', tally.at, 'UTC') as minute, entry.name, ${COUNT} as count, ${CENTS} as cents
           from orders.tally ${ENTRIES} group by 1, 2
         ), days as (
           select minute, name, count, cents from orders.tally_minute
           where minute >= least($1::timestamptz, $2::timestamptz)
           union all select minute, name, count, cents from recent
         )
         select 'total' as span, null::timestamptz as minute, name, sum(count)::bigint as count, sum(cents)::bigint as cents
         from (select name, count, cents from orders.tally_total union all select name, count, cents from recent) as every
         group by name
         union all
         select 'today', null::timestamptz, name, sum(count)::bigint, sum(cents)::bigint
         from days where minute >= $1::timestamptz group by name
         union all
         select 'minute', minute, name, sum(count)::bigint, sum(cents)::bigint
         from days where minute >= $2::timestamptz group by minute, name`,
        [new Date(dayMs).toISOString(), new Date(hourMs).toISOString()],
        'orders.tally.read',
      );
      const of = (wanted: string): TallySum[] =>
        rows.flatMap(({ span, name, count, cents }) => (span === wanted ? [{ name, count, cents }] : []));
      return {
        total: of('total'),
        today: of('today'),
        minutes: rows.flatMap(({ span, minute, name, count, cents }) =>
          span === 'minute' ? [{ minuteMs: minute.getTime(), name, count, cents }] : [],
        ),
      };
    },
  };
}

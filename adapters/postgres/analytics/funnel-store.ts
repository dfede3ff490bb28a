import {
  FUNNEL_STEPS,
  type FunnelCounts,
  type FunnelSort,
  type FunnelStep,
  type FunnelStore,
  type Sighting,
} from '../../../core/services/analytics/funnel-ports.ts';
import type { Queryable } from '../database.ts';

/** Rows dropped in one statement: keeps each far below the statement timeout. */
const FORGET_ROWS_MAX = 20_000;

/** Of all products, beside each of them. */
type FunnelTotals = Readonly<Record<`all_${FunnelStep}`, number>>;

const ORDER: Readonly<Record<FunnelSort, string>> = {
  viewed: 'viewed desc',
  added: 'added desc',
  ordered: 'ordered desc',
  viewToCart: 'added::float / nullif(viewed, 0) desc nulls last, viewed desc',
  cartToOrder: 'ordered::float / nullif(added, 0) desc nulls last, added desc',
};

export function createFunnelStore(db: Queryable): FunnelStore {
  return {
    /**
     * One statement: who is seen for the first time is counted, or neither is written. Rows are written in one order, so that
     * two processes never wait for each other in a circle.
     */
    async note(sightings) {
      if (sightings.length === 0) return;
      const column = (value: (sighting: Sighting) => string): string[] => sightings.map(value);
      await db.query(
        `with fresh as (
           insert into analytics.shopper_day (shopper, day, product_id, step)
           select distinct shopper, day, product_id, step
           from unnest($1::text[], $2::date[], $3::text[], $4::text[]) as seen(shopper, day, product_id, step)
           order by 1, 2, 3, 4
           on conflict do nothing
           returning day, product_id, step
         )
         insert into analytics.product_day as known (day, product_id, viewed, added, ordered)
         select day, product_id, ${each((step) => `count(*) filter (where step = '${step}')`)}
         from fresh group by 1, 2 order by 1, 2
         on conflict (day, product_id) do update
           set ${each((step) => `${step} = known.${step} + excluded.${step}`)}`,
        [
          column(({ shopper }) => shopper),
          column(({ day }) => day),
          column(({ productId }) => productId),
          column(({ step }) => step),
        ],
        'analytics.funnel.note',
      );
    },

    async read({ from, to, sort, limit }) {
      const rows = await db.query<FunnelCounts & { readonly productId: string } & FunnelTotals>(
        `with sums as materialized (
           select product_id, ${each((step) => `sum(${step})::integer as ${step}`)} from analytics.product_day
           where day between $1::date and $2::date group by product_id
         )
         select product_id as "productId", ${FUNNEL_STEPS.join(', ')},
           ${each((step) => `(sum(${step}) over ())::bigint as "all_${step}"`)}
         from sums order by ${ORDER[sort]}, product_id limit $3`,
        [from, to, limit],
        `analytics.funnel.read.${sort}`,
      );
      const [first] = rows;
      return {
        totals: {
          viewed: first?.all_viewed ?? 0,
          added: first?.all_added ?? 0,
          ordered: first?.all_ordered ?? 0,
        },
        items: rows.map(({ productId, viewed, added, ordered }) => ({ productId, viewed, added, ordered })),
      };
    },

    async forgetShopper(shopper) {
      await db.query('delete from analytics.shopper_day where shopper = $1', [shopper]);
    },

    async forget({ shopperDay, day }) {
      let dropped: number;
      do {
        const [row] = await db.query<{ dropped: number }>(
          `with gone as (
             delete from analytics.shopper_day where ctid = any(array(
               select ctid from analytics.shopper_day where day < $1::date limit $2
             )) returning 1
           )
           select count(*) as dropped from gone`,
          [shopperDay, FORGET_ROWS_MAX],
          'analytics.funnel.forget',
        );
        dropped = row?.dropped ?? 0;
      } while (dropped === FORGET_ROWS_MAX);
      await db.query('delete from analytics.product_day where day < $1::date', [day]);
    },
  };
}

/** SQL: the same for each step. */
function each(sql: (step: FunnelStep) => string): string {
  return FUNNEL_STEPS.map(sql).join(', ');
}

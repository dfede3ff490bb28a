import { requirePossibleTimes } from '../../../core/services/catalog/flash-sales.ts';
import type { FlashSale, FlashSales } from '../../../core/services/catalog/ports.ts';
import { OrreryError } from '../../../core/kernel/errors.ts';
import type { Database, Queryable } from '../database.ts';

interface SaleRow {
  readonly id: string;
  readonly product_id: string;
  readonly sku: string;
  readonly starts_at: Date;
  readonly ends_at: Date;
  readonly units: number;
}

const SALE = `s.id, s.product_id, p.sku, s.starts_at, s.ends_at, s.units
  from catalog.flash_sale s join catalog.product p on p.id = s.product_id`;

/** How old the list of current sales may be, milliseconds. */
const FRESH_MS = 1_000;

/** `now`: milliseconds since the epoch. */
export function createFlashSales(
  db: Database,
  { newId, now }: { readonly newId: () => string; readonly now: () => number },
): FlashSales {
  let known: { readonly atMs: number; readonly sales: Promise<readonly FlashSale[]> } | undefined;
  const load = (): Promise<readonly FlashSale[]> =>
    select(db, `where s.ends_at > clock_timestamp() order by s.starts_at, s.id`, [], 'catalog.sales.current');
  return {
    async plan(plan) {
      requirePossibleTimes(plan, now());
      const sale = await db.transaction(async (tx) => {
        // The lock of the product: two sales of it are planned one after the other.
        const [product] = await tx.query(`select 1 from catalog.product where id = $1 for update`, [
          plan.productId,
        ]);
        if (product === undefined) throw new OrreryError('unknown_product', 'there is no such product');
        const [other] = await select(
          tx,
          `where s.product_id = $1 and s.starts_at < $3::timestamptz and s.ends_at > $2::timestamptz limit 1`,
          [plan.productId, plan.startsAt, plan.endsAt],
        );
        if (other !== undefined) {
          throw new OrreryError(
            'sale_overlaps',
            `startsAt: another sale of this product runs from ${other.startsAt} to ${other.endsAt}`,
          );
        }
        const id = newId();
        await tx.query(
          `insert into catalog.flash_sale (id, product_id, starts_at, ends_at, units, planned_by)
           values ($1, $2, $3::timestamptz, $4::timestamptz, $5, $6)`,
          [id, plan.productId, plan.startsAt, plan.endsAt, plan.units, plan.plannedBy],
        );
        return one(await select(tx, 'where s.id = $1', [id]));
      });
      known = undefined;
      return sale;
    },

    async end(saleId) {
      const ended = await db.query(
        `update catalog.flash_sale set ends_at = greatest(clock_timestamp(), starts_at + interval '1 millisecond')
         where id = $1 and ends_at > clock_timestamp() returning 1`,
        [saleId],
      );
      known = undefined;
      const [sale] = await select(db, 'where s.id = $1', [saleId]);
      if (sale === undefined) throw new OrreryError('unknown_sale', 'there is no such sale');
      if (ended.length === 0) throw new OrreryError('sale_over', `the sale ended at ${sale.endsAt}`);
      return sale;
    },

    list: (limit) => select(db, 'order by s.ends_at desc, s.id limit $1', [limit], 'catalog.sales.list'),

    current() {
      if (known !== undefined && now() - known.atMs < FRESH_MS) return known.sales;
      const sales = load();
      known = { atMs: now(), sales };
      // What could not be read is not remembered.
      sales.catch(() => {
        if (known?.sales === sales) known = undefined;
      });
      return sales;
    },
  };
}

async function select(
  db: Queryable,
  rest: string,
  values: readonly unknown[],
  name?: string,
): Promise<readonly FlashSale[]> {
  const rows = await db.query<SaleRow>(`select ${SALE} ${rest}`, values, name);
  return rows.map((row) => ({
    id: row.id,
    productId: row.product_id,
    sku: row.sku,
    startsAt: row.starts_at.toISOString(),
    endsAt: row.ends_at.toISOString(),
    units: row.units,
  }));
}

function one(sales: readonly FlashSale[]): FlashSale {
  const [sale] = sales;
  if (sale === undefined) throw new Error('a sale that was just planned is there');
  return sale;
}

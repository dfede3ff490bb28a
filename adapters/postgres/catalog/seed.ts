import type { Category } from '../../../core/services/catalog/demo.ts';
import type { Product } from '../../../core/services/catalog/ports.ts';
import type { Database } from '../database.ts';

/** The first product's date; each later one came an hour after the one before it. */
const OPENED_AT_MS = Date.UTC(2026, 0, 5, 8);
const HOUR_MS = 3_600_000;

/**
 * Fills an empty catalog; one that has products stays as it is. Safe when several processes start at once.
 * Resolves with how many products were added.
 */
export async function seedCatalog(
  db: Database,
  categories: readonly Category[],
  products: readonly Product[],
): Promise<number> {
  return db.transaction(async (tx) => {
    await tx.query('lock table catalog.category in share row exclusive mode');
    const [known] = await tx.query(`select 1 from catalog.product limit 1`);
    if (known !== undefined) return 0;
    await tx.query(
      `insert into catalog.category (id, name, position)
       select * from unnest($1::text[], $2::text[], $3::integer[]) on conflict (id) do nothing`,
      [
        categories.map(({ id }) => id),
        categories.map(({ name }) => name),
        categories.map((_, index) => index),
      ],
    );
    await tx.query(
      `insert into catalog.product
         (id, sku, name, description, category_id, price_cents, cost_cents, currency, image_url, created_at)
       select * from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::bigint[], $7::bigint[],
         $8::text[], $9::text[], $10::timestamptz[])`,
      [
        products.map(({ id }) => id),
        products.map(({ sku }) => sku),
        products.map(({ name }) => name),
        products.map(({ description }) => description),
        products.map(({ category }) => category),
        products.map(({ priceCents }) => priceCents),
        products.map(({ costCents }) => costCents),
        products.map(({ currency }) => currency),
        products.map(({ imageUrl }) => imageUrl),
        products.map((_, index) => new Date(OPENED_AT_MS + index * HOUR_MS).toISOString()),
      ],
    );
    return products.length;
  });
}

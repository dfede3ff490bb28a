import type { CatalogQueries, Product, ProductSort } from '../../../core/services/catalog/ports.ts';
import { understand, type Understood } from '../../../core/services/catalog/understand.ts';
import type { Queryable } from '../database.ts';
import { createProductCache } from './product-cache.ts';

/** Reads of the catalog service. */

interface ProductRow {
  readonly id: string;
  readonly sku: string;
  readonly name: string;
  readonly description: string;
  readonly category_id: string;
  readonly price_cents: number;
  readonly cost_cents: number;
  readonly currency: string;
  readonly image_url: string;
}

const COLUMNS = `p.id, p.sku, p.name, p.description, p.category_id, p.price_cents, p.cost_cents, p.currency, p.image_url`;

/** Of a search; the rest of a long text says little more. */
const QUERY_CHARACTERS_MAX = 200;
const WORDS_MAX = 12;

const ORDER: Readonly<Record<ProductSort, string>> = {
  name: 'p.name, p.id',
  '-name': 'p.name desc, p.id desc',
  price: 'p.price_cents, p.id',
  '-price': 'p.price_cents desc, p.id desc',
  newest: 'p.created_at desc, p.id',
};

export function createCatalogQueries(db: Queryable): CatalogQueries {
  const load = async (ids: readonly string[]): Promise<readonly Product[]> => {
    const rows = await db.query<ProductRow>(
      `select ${COLUMNS} from catalog.product p where p.id = any($1::text[])`,
      [[...ids]],
      'catalog.find_many',
    );
    return rows.map(productOf);
  };
  const cached = createProductCache(load);
  return {
    categories: () =>
      db.query(
        `select c.id, c.name, count(p.id)::integer as products
         from catalog.category c left join catalog.product p on p.category_id = c.id
         group by c.id order by c.position, c.id`,
        [],
        'catalog.categories',
      ),

    async list({ category, priceMinCents, priceMaxCents, withoutSkus, page, limit, sort }) {
      const where = `($1::text is null or p.category_id = $1::text)
        and ($2::bigint is null or p.price_cents >= $2::bigint)
        and ($3::bigint is null or p.price_cents <= $3::bigint)
        and ($4::text[] is null or p.sku <> all($4::text[]))`;
      const wanted = [
        category ?? null,
        priceMinCents ?? null,
        priceMaxCents ?? null,
        withoutSkus === undefined ? null : [...withoutSkus],
      ];
      const [rows, [counted]] = await Promise.all([
        db.query<ProductRow>(
          `select ${COLUMNS} from catalog.product p where ${where}
           order by ${ORDER[sort]} limit $5::bigint offset $6::bigint`,
          [...wanted, limit, (page - 1) * limit],
        ),
        db.query<{ readonly total: number }>(
          `select count(*)::integer as total from catalog.product p where ${where}`,
          wanted,
        ),
      ]);
      return { items: rows.map(productOf), total: counted?.total ?? 0 };
    },

    find: async (productId) => (await load([productId])).at(0),

    findMany: cached,

    async search(query, limit) {
      const categories = await db.query<{ readonly id: string; readonly name: string }>(
        `select id, name from catalog.category order by position, id`,
        [],
        'catalog.category_names',
      );
      const understood = understand(query.slice(0, QUERY_CHARACTERS_MAX), categories);
      const all = await searchProducts(db, understood, ' & ', limit);
      // Nothing has every word: then what has most of them.
      const items = all.length > 0 ? all : await searchProducts(db, understood, ' | ', limit);
      return { items, understood: { ...understood } };
    },
  };
}

async function searchProducts(
  db: Queryable,
  { text, priceMinCents, priceMaxCents, category }: Understood,
  join: ' & ' | ' | ',
  limit: number,
): Promise<readonly Product[]> {
  const words = (text.match(/[\p{L}\p{N}]+/gu) ?? []).slice(0, WORDS_MAX);
  const rows = await db.query<ProductRow>(
    `select ${COLUMNS}
     from catalog.product p, to_tsquery('english', $1::text) as wanted
     where (numnode(wanted) = 0 or p.search @@ wanted or p.sku = upper($2::text))
       and ($3::bigint is null or p.price_cents >= $3::bigint)
       and ($4::bigint is null or p.price_cents <= $4::bigint)
       and ($5::text is null or p.category_id = $5::text)
     order by p.sku = upper($2::text) desc, ts_rank(p.search, wanted) desc, p.name, p.id
     limit $6::bigint`,
    [
      // Each word also stands for the words that begin with it, as one is still typing.
      words.map((word) => `${word}:*`).join(join),
      text,
      priceMinCents ?? null,
      priceMaxCents ?? null,
      category ?? null,
      limit,
    ],
    `catalog.search`,
  );
  return rows.map(productOf);
}

function productOf(row: ProductRow): Product {
  return {
    id: row.id,
    sku: row.sku,
    name: row.name,
    description: row.description,
    category: row.category_id,
    priceCents: row.price_cents,
    costCents: row.cost_cents,
    currency: row.currency,
    imageUrl: row.image_url,
  };
}

import type {
  CatalogQueries,
  CategoryView,
  Product,
  ProductFilter,
  ProductPage,
  ProductSort,
  SearchSort,
} from '../../../core/services/catalog/ports.ts';
import { DEFAULT_CURRENCY } from '../../../core/kernel/money.ts';
import { understand, type Understood } from '../../../core/models/search/understand/understand.ts';
import type { Queryable } from '../database.ts';
import { createProductCache } from './product-cache.ts';

/** Reads of the catalog service: of what is for sale. */

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
const RELEVANCE = 'p.sku = upper($6::text) desc, ts_rank(p.search, wanted) desc, p.name, p.id';

export function createCatalogQueries(db: Queryable): CatalogQueries {
  const load = async (ids: readonly string[]): Promise<readonly Product[]> => {
    const rows = await db.query<ProductRow>(
      `select ${COLUMNS} from catalog.product p where p.active and p.id = any($1::text[])`,
      [[...ids]],
      'catalog.find_many',
    );
    return rows.map(productOf);
  };
  const cached = createProductCache(load);
  return {
    categories: () =>
      db.query<CategoryView>(
        `select c.id, c.name, count(p.id)::integer as products,
           (array_agg(p.image_url order by p.name, p.id))[1] as "imageUrl"
         from catalog.category c left join catalog.product p on p.active and p.category_id = c.id
         group by c.id order by c.position, c.id`,
        [],
        'catalog.categories',
      ),

    async list({ sort, ...filter }) {
      const { where, values } = narrowing([filter]);
      return readPage(db, `from catalog.product p where ${where}`, ORDER[sort], values, filter);
    },

    find: async (productId) => (await load([productId])).at(0),

    findMany: cached,

    async search(query, { sort, ...filter }) {
      const categories = await db.query<{ readonly id: string; readonly name: string }>(
        `select id, name from catalog.category order by position, id`,
        [],
        'catalog.category_names',
      );
      const { understood, words } = understand(query.slice(0, QUERY_CHARACTERS_MAX), {
        categories,
        currency: DEFAULT_CURRENCY,
      });
      return { ...(await searchProducts(db, understood, words, filter, sort)), understood };
    },
  };
}

type Narrowing = Pick<ProductFilter, 'category' | 'priceMinCents' | 'priceMaxCents' | 'withoutSkus'>;

/** A condition on products `p`, with parameters $1 to $4: all of `filters` hold. */
function narrowing(filters: readonly Narrowing[]): { readonly where: string; readonly values: unknown[] } {
  const given = <Value>(pick: (filter: Narrowing) => Value | undefined): Value[] =>
    filters.map(pick).filter((value) => value !== undefined);
  const [category = null, ...others] = new Set(given((filter) => filter.category));
  const mins = given(({ priceMinCents }) => priceMinCents);
  const maxes = given(({ priceMaxCents }) => priceMaxCents);
  const withoutSkus = given((filter) => filter.withoutSkus).flat();
  return {
    where: `p.active and ($1::text is null or p.category_id = $1::text)
      and ($2::bigint is null or p.price_cents >= $2::bigint)
      and ($3::bigint is null or p.price_cents <= $3::bigint)
      and p.sku <> all($4::text[])
      ${others.length === 0 ? '' : 'and false /* no product is in two categories */'}`,
    values: [
      category,
      mins.length === 0 ? null : Math.max(...mins),
      maxes.length === 0 ? null : Math.min(...maxes),
      withoutSkus,
    ],
  };
}

/** One page of the products `from` names `p`, and how many there are in all. */
async function readPage(
  db: Queryable,
  from: string,
  order: string,
  values: readonly unknown[],
  { page, limit }: Pick<ProductFilter, 'page' | 'limit'>,
): Promise<ProductPage> {
  const [limitAt, offsetAt] = [values.length + 1, values.length + 2].map((at) => `$${String(at)}::bigint`);
  const [rows, [counted]] = await Promise.all([
    db.query<ProductRow>(`select ${COLUMNS} ${from} order by ${order} limit ${limitAt} offset ${offsetAt}`, [
      ...values,
      limit,
      (page - 1) * limit,
    ]),
    db.query<{ readonly total: number }>(`select count(*)::integer as total ${from}`, values),
  ]);
  return { items: rows.map(productOf), total: counted?.total ?? 0 };
}

/**
 * Products with every word of the search, or, where nothing in the shop has them all, with some. The filter decides
 * nothing of that: narrowing a search never shows what the search alone did not.
 */
async function searchProducts(
  db: Queryable,
  asked: Understood,
  text: string,
  filter: ProductFilter,
  sort: SearchSort,
): Promise<ProductPage> {
  // Each word also stands for the words that begin with it, as one is still typing.
  const words = (text.match(/[\p{L}\p{N}]+/gu) ?? []).slice(0, WORDS_MAX).map((word) => `${word}:*`);
  const from = `from catalog.product p, to_tsquery('english', $5::text) as wanted
    where (numnode(wanted) = 0 or p.search @@ wanted or p.sku = upper($6::text))`;
  const all = [words.join(' & '), text];
  const alone = narrowing([asked]);
  const [match] = await db.query(
    `select 1 ${from} and ${alone.where} limit 1`,
    [...alone.values, ...all],
    'catalog.search_all',
  );
  const { where, values } = narrowing([asked, filter]);
  return readPage(
    db,
    `${from} and ${where}`,
    sort === 'relevance' ? RELEVANCE : ORDER[sort],
    [...values, ...(match === undefined ? [words.join(' | '), text] : all)],
    filter,
  );
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

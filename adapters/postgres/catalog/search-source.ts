import type { SearchedProduct } from '../../../core/models/search/product-search.ts';
import type { NamedCategory } from '../../../core/models/search/understand/understand.ts';
import type { Queryable } from '../database.ts';
import { snapshotMark } from '../snapshot-mark.ts';

/** What a search index is made from, and what changed since. */
export interface SearchSource {
  categories(): Promise<readonly NamedCategory[]>;
  /** From when on changes are to be asked for: everything committed after this call is among them. */
  mark(): Promise<string>;
  /** Products for sale by id, those behind `after`, at most `limit`. */
  slice(after: string, limit: number): Promise<readonly SearchedProduct[]>;
  /** Products that changed since, some perhaps told twice; those that are not for sale any more by their ids alone. */
  changedSince(mark: string): Promise<{
    readonly mark: string;
    readonly products: readonly SearchedProduct[];
    readonly gone: readonly string[];
  }>;
}

interface ProductRow {
  readonly id: string;
  readonly sku: string;
  readonly name: string;
  readonly description: string;
  readonly category_id: string;
  readonly price_cents: number;
  readonly created_at: Date;
  readonly active: boolean;
}

/** One row without a product tells the mark where nothing changed. */
type Changed = { readonly mark: string } & (ProductRow | { readonly id: null });

const COLUMNS = 'p.id, p.sku, p.name, p.description, p.category_id, p.price_cents, p.created_at, p.active';

export function createSearchSource(db: Queryable): SearchSource {
  return {
    categories: () =>
      db.query<NamedCategory>(
        'select id, name from catalog.category order by position, id',
        [],
        'catalog.category_names',
      ),

    mark: () => snapshotMark(db),

    async slice(after, limit) {
      const rows = await db.query<ProductRow>(
        `select ${COLUMNS} from catalog.product p where p.active and p.id > $1 order by p.id limit $2::integer`,
        [after, limit],
        'catalog.search_slice',
      );
      return rows.map(productOf);
    },

    async changedSince(mark) {
      // Without a name the plan is made for this mark, which few products are beyond. After a restore numbers may be those
      // of another database, ahead of this one: they are no change.
      const rows = await db.query<Changed>(
        `select pg_snapshot_xmin(now_at)::text as mark, ${COLUMNS}
         from pg_current_snapshot() as now_at
         left join catalog.product p on p.changed_in >= $1::text::xid8 and p.changed_in < pg_snapshot_xmax(now_at)`,
        [mark],
      );
      const changed = rows.filter((row) => row.id !== null);
      return {
        mark: rows[0]?.mark ?? mark,
        products: changed.filter(({ active }) => active).map(productOf),
        gone: changed.filter(({ active }) => !active).map(({ id }) => id),
      };
    },
  };
}

function productOf(row: ProductRow): SearchedProduct {
  return {
    id: row.id,
    sku: row.sku,
    name: row.name,
    description: row.description,
    category: row.category_id,
    priceCents: row.price_cents,
    createdAtMs: row.created_at.getTime(),
  };
}

import { createHash } from 'node:crypto';
import { OrreryError } from '../../../core/kernel/errors.ts';
import {
  type CatalogKeeping,
  isPossibleStart,
  type KeptProduct,
  type Picture,
  type PriceChange,
} from '../../../core/services/catalog/keeping.ts';
import type { Database, Queryable } from '../database.ts';
import { decodeKeyset, encodeKeyset, KEYSET_TEXT } from '../keyset.ts';

interface KeptRow {
  readonly id: string;
  readonly sku: string;
  readonly name: string;
  readonly description: string;
  readonly category_id: string;
  readonly price_cents: number;
  readonly cost_cents: number;
  readonly currency: string;
  readonly image_url: string;
  readonly active: boolean;
  readonly created_at: Date;
  readonly pictured: boolean;
  readonly next_cents: number | null;
  readonly next_from: Date | null;
}

const KEPT = `
  select p.id, p.sku, p.name, p.description, p.category_id, p.price_cents, p.cost_cents, p.currency, p.image_url,
    p.active, p.created_at, exists (select from catalog.picture where product_id = p.id) as pictured,
    next.price_cents as next_cents, next.from_at as next_from
  from catalog.product p left join lateral (
    select price_cents, from_at from catalog.price_change
    where product_id = p.id and applied_at is null and cancelled_at is null order by from_at, id limit 1
  ) next on true`;

interface PriceRow {
  readonly id: string;
  readonly product_id: string;
  readonly price_cents: number;
  readonly previous_cents: number | null;
  readonly from_at: Date;
  readonly applied_at: Date | null;
  readonly cancelled_at: Date | null;
  readonly set_by: string;
  readonly set_at: Date;
}

const PRICE_COLUMNS = `id, product_id, price_cents, previous_cents, from_at, applied_at, cancelled_at, set_by, set_at`;

const DUE = 'applied_at is null and cancelled_at is null and from_at <= clock_timestamp()';
/** Prices changed by one statement; the rest follow a second later. */
const DUE_AT_ONCE = 100;

/** `now`: milliseconds since the epoch. */
export function createCatalogKeeping(
  db: Database,
  {
    newId,
    now,
    currency,
  }: { readonly newId: () => string; readonly now: () => number; readonly currency: string },
): CatalogKeeping {
  const existing = async (queryable: Queryable, productId: string): Promise<KeptProduct> => {
    const [row] = await queryable.query<KeptRow>(`${KEPT} where p.id = $1`, [productId]);
    if (row === undefined) throw unknownProduct();
    return keptOf(row);
  };
  return {
    async list({ words, category, active, limit, cursor }) {
      const after = cursor === undefined ? [null, null] : decodeKeyset(cursor, [KEYSET_TEXT, KEYSET_TEXT]);
      const rows = await db.query<KeptRow>(
        `${KEPT}
         where ($1::text is null or strpos(lower(p.name), lower($1)) > 0 or strpos(upper(p.sku), upper($1)) > 0)
           and ($2::text is null or p.category_id = $2) and ($3::boolean is null or p.active = $3)
           and ($4::text is null or (p.name, p.id) > ($4, $5))
         order by p.name, p.id limit $6::integer`,
        [words ?? null, category ?? null, active ?? null, ...after, limit + 1],
      );
      const items = rows.slice(0, limit).map(keptOf);
      const last = items.at(-1);
      const more = rows.length > limit && last !== undefined;
      return { items, nextCursor: more ? encodeKeyset([last.name, last.id]) : null };
    },

    async find(productId) {
      const [row] = await db.query<KeptRow>(`${KEPT} where p.id = $1`, [productId], 'catalog.kept.find');
      return row === undefined ? undefined : keptOf(row);
    },

    async bySku(skus) {
      const rows = await db.query<KeptRow>(`${KEPT} where p.sku = any($1::text[])`, [[...skus]]);
      return new Map(rows.map((row) => [row.sku, keptOf(row)]));
    },

    create: (product, by) =>
      db.transaction(async (tx) => {
        await requireCategory(tx, product.category);
        const id = newId();
        const inserted = await tx.query(
          `insert into catalog.product
             (id, sku, name, description, category_id, price_cents, cost_cents, currency, image_url, active)
           values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) on conflict (sku) do nothing returning 1`,
          [
            id,
            product.sku,
            product.name,
            product.description,
            product.category,
            product.priceCents,
            product.costCents,
            currency,
            drawnPicture(id),
            product.active,
          ],
        );
        if (inserted.length === 0)
          throw new OrreryError('sku_taken', `sku: there is already a product with the SKU ${product.sku}`);
        await insertPrice(tx, newId(), id, product.priceCents, null, by, { previousCents: null });
        return existing(tx, id);
      }),

    change: (productId, { name, description, category, costCents, active }) =>
      db.transaction(async (tx) => {
        if (category !== undefined) await requireCategory(tx, category);
        await tx.query(
          `update catalog.product set name = coalesce($2, name), description = coalesce($3, description),
             category_id = coalesce($4, category_id), cost_cents = coalesce($5::bigint, cost_cents),
             active = coalesce($6::boolean, active)
           where id = $1`,
          [productId, name ?? null, description ?? null, category ?? null, costCents ?? null, active ?? null],
        );
        return existing(tx, productId);
      }),

    async prices(productId, limit) {
      const rows = await db.query<PriceRow>(
        `select ${PRICE_COLUMNS} from catalog.price_change where product_id = $1
         order by from_at desc, id desc limit $2::integer`,
        [productId, limit],
      );
      return rows.map(priceOf);
    },

    setPrice: (productId, { priceCents, from }, by) =>
      db.transaction(async (tx) => {
        if (from !== undefined && !isPossibleStart(Date.parse(from), now())) {
          throw new OrreryError('price_start', 'from: must be in the future, a year ahead at most');
        }
        const [product] = await tx.query<{ readonly price_cents: number }>(
          'select price_cents from catalog.product where id = $1 for no key update',
          [productId],
        );
        if (product === undefined) throw unknownProduct();
        if (from !== undefined) return insertPrice(tx, newId(), productId, priceCents, from, by, undefined);
        await tx.query('update catalog.product set price_cents = $2 where id = $1', [productId, priceCents]);
        return insertPrice(tx, newId(), productId, priceCents, null, by, {
          previousCents: product.price_cents,
        });
      }),

    async cancelPrice(productId, changeId) {
      const [cancelled] = await db.query<PriceRow>(
        `update catalog.price_change set cancelled_at = clock_timestamp()
         where id = $1 and product_id = $2 and applied_at is null and cancelled_at is null returning ${PRICE_COLUMNS}`,
        [changeId, productId],
      );
      if (cancelled !== undefined) return priceOf(cancelled);
      const [known] = await db.query<PriceRow>(
        `select ${PRICE_COLUMNS} from catalog.price_change where id = $1 and product_id = $2`,
        [changeId, productId],
      );
      if (known === undefined) throw new OrreryError('unknown_price', 'there is no such change of the price');
      if (known.applied_at !== null)
        throw new OrreryError('price_applied', 'this price holds already: set another one');
      return priceOf(known);
    },

    applyDuePrices: () => applyDuePrices(db),

    async createCategory(name) {
      await requireFreeName(db, name, null);
      const slug = slugOf(name);
      const taken = await db.query('select 1 from catalog.category where id = $1', [slug]);
      const id = slug === '' || taken.length > 0 ? newId() : slug;
      await db.query(
        `insert into catalog.category (id, name, position)
         select $1, $2, coalesce(max(position), 0) + 1 from catalog.category`,
        [id, name],
      );
      return { id, name };
    },

    async renameCategory(categoryId, name) {
      await requireFreeName(db, name, categoryId);
      const renamed = await db.query('update catalog.category set name = $2 where id = $1 returning 1', [
        categoryId,
        name,
      ]);
      if (renamed.length === 0) throw unknownCategory();
      return { id: categoryId, name };
    },

    setPicture: (productId, { type, bytes }) =>
      db.transaction(async (tx) => {
        await existing(tx, productId);
        const digest = createHash('sha256').update(bytes).digest('hex');
        await tx.query(
          `insert into catalog.picture (product_id, type, bytes) values ($1, $2, decode($3, 'base64'))
           on conflict (product_id) do update set type = excluded.type, bytes = excluded.bytes, set_at = clock_timestamp()`,
          [productId, type, Buffer.from(bytes).toString('base64')],
        );
        // A picture's address never shows another picture: it may be kept for ever.
        await setImage(
          tx,
          productId,
          `/api/products/${encodeURIComponent(productId)}/picture?v=${digest.slice(0, 16)}`,
        );
        return existing(tx, productId);
      }),

    removePicture: (productId) =>
      db.transaction(async (tx) => {
        await tx.query('delete from catalog.picture where product_id = $1', [productId]);
        await setImage(tx, productId, drawnPicture(productId));
        return existing(tx, productId);
      }),

    async picture(productId) {
      const [row] = await db.query<{ readonly type: Picture['type']; readonly base64: string }>(
        `select type, encode(bytes, 'base64') as base64 from catalog.picture where product_id = $1`,
        [productId],
      );
      return row === undefined ? undefined : { type: row.type, bytes: Buffer.from(row.base64, 'base64') };
    },
  };
}

async function applyDuePrices(db: Database): Promise<number> {
  // Mostly there are none: asking must cost next to nothing.
  const some = await db.query(
    `select 1 from catalog.price_change where ${DUE} limit 1`,
    [],
    'catalog.prices.due',
  );
  if (some.length === 0) return 0;
  return db.transaction(async (tx) => {
    const due = await tx.query<{
      readonly id: string;
      readonly product_id: string;
      readonly price_cents: number;
    }>(
      `select id, product_id, price_cents from catalog.price_change
       where ${DUE} order by from_at, id limit ${String(DUE_AT_ONCE)} for update skip locked`,
    );
    for (const { id, product_id: productId, price_cents: cents } of due) {
      await tx.query(
        `with product as (select id, price_cents from catalog.product where id = $2 for no key update),
           priced as (update catalog.product p set price_cents = $3 from product where p.id = product.id)
         update catalog.price_change c set applied_at = clock_timestamp(), previous_cents = product.price_cents
         from product where c.id = $1`,
        [id, productId, cents],
      );
    }
    return due.length;
  });
}

/** `fromAt` null: from now on, applied at once. */
async function insertPrice(
  tx: Queryable,
  id: string,
  productId: string,
  priceCents: number,
  fromAt: string | null,
  by: string,
  applied: { readonly previousCents: number | null } | undefined,
): Promise<PriceChange> {
  const [row] = await tx.query<PriceRow>(
    `insert into catalog.price_change (id, product_id, price_cents, from_at, set_by, previous_cents, applied_at)
     values ($1, $2, $3, coalesce($4::timestamptz, clock_timestamp()), $5, $6::bigint,
       case when $7::boolean then clock_timestamp() end)
     returning ${PRICE_COLUMNS}`,
    [id, productId, priceCents, fromAt, by, applied?.previousCents ?? null, applied !== undefined],
  );
  if (row === undefined) throw new Error('a row that was just inserted comes back');
  return priceOf(row);
}

async function setImage(tx: Queryable, productId: string, imageUrl: string): Promise<void> {
  await tx.query('update catalog.product set image_url = $2 where id = $1', [productId, imageUrl]);
}

async function requireCategory(tx: Queryable, categoryId: string): Promise<void> {
  const found = await tx.query('select 1 from catalog.category where id = $1', [categoryId]);
  if (found.length === 0) throw unknownCategory();
}

async function requireFreeName(db: Queryable, name: string, exceptId: string | null): Promise<void> {
  const taken = await db.query(
    'select 1 from catalog.category where lower(name) = lower($1) and ($2::text is null or id <> $2)',
    [name, exceptId],
  );
  if (taken.length > 0) throw new OrreryError('category_taken', `name: there is already a category ${name}`);
}

/** A category's id stands in addresses: its first name, as far as Latin letters go. */
function slugOf(name: string): string {
  return name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 60);
}

function drawnPicture(productId: string): string {
  return `/api/products/${encodeURIComponent(productId)}/image.svg`;
}

function keptOf(row: KeptRow): KeptProduct {
  const { next_cents: nextCents, next_from: nextFrom } = row;
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
    active: row.active,
    createdAt: row.created_at.toISOString(),
    pictured: row.pictured,
    nextPrice:
      nextCents === null || nextFrom === null
        ? null
        : { priceCents: nextCents, from: nextFrom.toISOString() },
  };
}

function priceOf(row: PriceRow): PriceChange {
  return {
    id: row.id,
    priceCents: row.price_cents,
    previousCents: row.previous_cents,
    from: row.from_at.toISOString(),
    state: row.cancelled_at !== null ? 'cancelled' : row.applied_at === null ? 'planned' : 'applied',
    setBy: row.set_by,
    setAt: row.set_at.toISOString(),
  };
}

function unknownProduct(): OrreryError {
  return new OrreryError('unknown_product', 'there is no such product');
}

function unknownCategory(): OrreryError {
  return new OrreryError('unknown_category', 'category: there is no such category');
}

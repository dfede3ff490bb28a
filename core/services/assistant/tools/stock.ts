import { z } from 'zod';
import type { ShopProduct, ShopStock, Sources } from '../ports.ts';
import { skuLink } from './links.ts';
import { limit, reading, Unanswerable } from './tool.ts';
import { count, counted, money } from './words.ts';

/** Names that are shown when words fit several products. */
const NAMED_MAX = 10;
const what = z.string().min(1).max(100).describe('A SKU, or part of a product name');

/** What is in the warehouses, and what it costs. */
export const STOCK_TOOLS = [
  reading(
    'stock_levels',
    'SKUs of which little or nothing is left',
    z.object({ level: z.enum(['low', 'out']), limit: limit(20) }),
    async (given, { stock, products }) => {
      const [items, summary] = await Promise.all([stock.list(given.level, given.limit), stock.summary()]);
      const known = await products.bySku(items.map(({ sku }) => sku));
      const all = given.level === 'low' ? summary.low : summary.out;
      return {
        text:
          given.level === 'low'
            ? `${counted(all, 'SKU is', 'SKUs are')} low and ${count(summary.out)} out of stock, of ${count(summary.skus)}.`
            : `${counted(all, 'SKU is', 'SKUs are')} out of stock, of ${count(summary.skus)}.`,
        table: {
          columns: ['SKU', 'Product', 'Available', 'Low at'],
          rows: items.map((item) => [
            item.sku,
            known.get(item.sku)?.name ?? '–',
            count(item.available),
            count(item.threshold),
          ]),
        },
        links: [
          { label: 'Stock', href: `/admin/inventory?level=${given.level}` },
          ...items.slice(0, 3).map(({ sku }) => ({ label: sku, href: skuLink(sku) })),
        ],
        data: { summary, items },
      };
    },
  ),
  reading(
    'stock_of',
    'How many units of one product there are, by warehouse',
    z.object({ what }),
    async (given, sources) => {
      const { sku, name } = await oneProduct(given.what, sources);
      const level = await sources.stock.find(sku);
      if (level === undefined) throw new Unanswerable(`There is no stock of ${name ?? sku}.`);
      return {
        text: `${name === undefined ? sku : `${name} (${sku})`}: ${counted(level.available, 'unit')} available, ${count(level.reserved)} held by unpaid orders; low at ${count(level.threshold)}.`,
        table: {
          columns: ['Warehouse', 'Available'],
          rows: level.warehouses.map((each) => [each.id, count(each.available)]),
        },
        links: [{ label: `Stock of ${sku}`, href: skuLink(sku) }],
        data: level,
      };
    },
  ),
  reading('product', 'A product with its price and stock', z.object({ what }), async (given, sources) => {
    const found = await oneProduct(given.what, sources);
    const level = await sources.stock.find(found.sku);
    const product = (await sources.products.bySku([found.sku])).get(found.sku);
    if (product === undefined) throw new Unanswerable(`There is no product ${found.sku}.`);
    return {
      text: `${product.name} (${product.sku}) costs ${money(product.priceCents, product.currency)}${product.active ? '' : ', and is not for sale'}; ${stockWords(level)}.`,
      links: [
        { label: product.name, href: `/admin/products/${encodeURIComponent(product.id)}` },
        { label: `Stock of ${product.sku}`, href: skuLink(product.sku) },
      ],
      data: { product, stock: level },
    };
  }),
];

function stockWords(level: ShopStock | undefined): string {
  return level === undefined ? 'there is no stock of it' : `${counted(level.available, 'unit')} available`;
}

/** The one that is meant. Throws Unanswerable where none is, or several are. */
export async function oneProduct(
  words: string,
  { products, stock }: Pick<Sources, 'products' | 'stock'>,
): Promise<{ readonly sku: string; readonly name?: string }> {
  const sku = words.trim().toUpperCase();
  const exact = (await products.bySku([sku])).get(sku);
  if (exact !== undefined) return { sku: exact.sku, name: exact.name };
  if ((await stock.find(sku)) !== undefined) return { sku };
  const found = await products.named(words.trim(), NAMED_MAX + 1);
  const same = found.filter(({ name }) => name.toLowerCase() === words.trim().toLowerCase());
  const [product, ...others] = same.length === 1 ? same : found;
  if (product === undefined) throw new Unanswerable(`No product or SKU is called "${words}".`);
  if (others.length > 0)
    throw new Unanswerable(`Several products are called so: ${namesOf(found)}. Which one?`);
  return { sku: product.sku, name: product.name };
}

function namesOf(products: readonly ShopProduct[]): string {
  const names = products.slice(0, NAMED_MAX).map(({ name, sku }) => `${name} (${sku})`);
  return `${names.join(', ')}${products.length > NAMED_MAX ? ', and more' : ''}`;
}

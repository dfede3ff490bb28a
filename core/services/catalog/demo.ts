import { DEFAULT_CURRENCY } from '../../kernel/money.ts';
import { AWAY_SHELVES } from './demo/shelves-away.ts';
import { HOME_SHELVES } from './demo/shelves-home.ts';
import type { Shelf } from './demo/shelf.ts';
import type { Product } from './ports.ts';

/**
 * The demo shop: 12 categories of 20 products, the same in every installation, ids included. Everything that looks
 * random follows from the SKU.
 */
export interface Category {
  readonly id: string;
  readonly name: string;
}

/** What a SKU starts with, per warehouse; in the shape of the inventory service's first stock. */
export interface DemoStock {
  readonly sku: string;
  readonly warehouses: readonly { readonly id: string; readonly onHand: number }[];
}

const SHELVES: readonly Shelf[] = [...HOME_SHELVES, ...AWAY_SHELVES];

export const DEMO_CATEGORIES: readonly Category[] = SHELVES.map(({ id, name }) => ({ id, name }));

export const DEMO_PRODUCTS: readonly Product[] = SHELVES.flatMap((shelf) =>
  shelf.items.map(([name, dollars], index) => demoProduct(shelf, name, dollars, index)),
);

/** First stock: 70 % of the products 50 to 500 units, 20 % 10 to 50, 10 % none; spread over the warehouses. */
export function demoStock(warehouseIds: readonly string[]): readonly DemoStock[] {
  return DEMO_PRODUCTS.map(({ sku }, index) => ({
    sku,
    warehouses: spread(sku, demoUnits(sku, index), warehouseIds),
  }));
}

function demoUnits(sku: string, index: number): number {
  // 7 is prime to 10, so each ten of neighbours holds each share exactly once.
  const share = (index * 7 + 3) % 10;
  if (share === 0) return 0;
  return share <= 2 ? within(sku, 'units', 10, 49) : within(sku, 'units', 50, 500);
}

function spread(sku: string, units: number, warehouseIds: readonly string[]): DemoStock['warehouses'] {
  let left = units;
  return warehouseIds.map((id, at) => {
    const last = at === warehouseIds.length - 1;
    const onHand = last ? left : Math.min(left, Math.floor((units * within(sku, id, 20, 45)) / 100));
    left -= onHand;
    return { id, onHand };
  });
}

function demoProduct(shelf: Shelf, name: string, dollars: number, index: number): Product {
  const sku = `${shelf.code}-${String(101 + index)}`;
  const id = demoId(sku);
  const priceCents = Math.round(dollars * 100);
  const opening = shelf.openings[index % shelf.openings.length] ?? '';
  const fact = (at: number): string => shelf.facts[at % shelf.facts.length] ?? '';
  const first = within(sku, 'fact', 0, shelf.facts.length - 1);
  const second = first + within(sku, 'second', 1, shelf.facts.length - 1);
  return {
    id,
    sku,
    name,
    description: `${opening}: the ${name}. ${fact(first)} ${fact(second)}`,
    category: shelf.id,
    priceCents,
    costCents: Math.round((priceCents * within(sku, 'cost', 42, 64)) / 100),
    currency: DEFAULT_CURRENCY,
    imageUrl: `/api/products/${id}/image.svg`,
  };
}

/** An id in the shape of a UUID (version 8: made by its owner's rule), derived from the SKU. */
function demoId(sku: string): string {
  const hex = ['a', 'b', 'c', 'd']
    .map((part) => hashOf(`${sku}/${part}`).toString(16).padStart(8, '0'))
    .join('');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** A whole number between the bounds, the same for the same SKU and purpose. */
function within(sku: string, purpose: string, from: number, to: number): number {
  return from + (hashOf(`${purpose}/${sku}`) % (to - from + 1));
}

/** FNV-1a, with the bits mixed once more: close texts get far numbers. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x45d9f3b);
  return (hash ^ (hash >>> 16)) >>> 0;
}

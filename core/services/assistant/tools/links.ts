import type { Span } from '../ports.ts';

/** The order console's list, as its address names it: days, the last one included. */
export function ordersLink(span: Span | undefined, filter: Readonly<Record<string, string>> = {}): string {
  const days =
    span === undefined
      ? {}
      : { from: span.from.slice(0, 10), to: new Date(Date.parse(span.to) - 1).toISOString().slice(0, 10) };
  return `/admin/orders?${Object.entries({ ...filter, ...days })
    .map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
    .join('&')}`;
}

export function orderLink(orderId: string): string {
  return `/admin/orders?order=${encodeURIComponent(orderId)}`;
}

export function skuLink(sku: string): string {
  return `/admin/inventory/sku/${encodeURIComponent(sku)}`;
}

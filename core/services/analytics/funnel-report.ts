import type { FunnelCounts, FunnelQuery, FunnelReport, FunnelShares, FunnelStore } from './funnel-ports.ts';

/** The funnel of some days, with the products' names as the catalog has them now. */
export async function funnelReport(
  { from, to, sort, limit }: FunnelQuery,
  ports: {
    readonly store: Pick<FunnelStore, 'read'>;
    readonly namesOf: (
      productIds: readonly string[],
    ) => Promise<ReadonlyMap<string, { readonly name: string }>>;
  },
): Promise<FunnelReport> {
  const { totals, items } = await ports.store.read({ from, to, sort, limit });
  const known = await ports.namesOf(items.map(({ productId }) => productId));
  return {
    from,
    to,
    totals: { ...totals, ...sharesOf(totals) },
    items: items.map(({ productId, ...counts }) => ({
      productId,
      name: known.get(productId)?.name ?? null,
      ...counts,
      ...sharesOf(counts),
    })),
  };
}

export function sharesOf({ viewed, added, ordered }: FunnelCounts): FunnelShares {
  return {
    viewToCart: viewed === 0 ? null : added / viewed,
    cartToOrder: added === 0 ? null : ordered / added,
  };
}

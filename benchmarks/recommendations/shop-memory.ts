import type { Exposure, ExposureStore } from '../../core/services/intelligence/exposures.ts';
import type { Purchase, SalesHistory } from '../../core/services/intelligence/rows.ts';

/** The orders of a simulated shop, as models and outcomes read them. */
export class SalesMemory implements Pick<SalesHistory, 'purchasesOf' | 'boughtAfter'> {
  readonly all: Purchase[] = [];
  readonly #ofUser = new Map<string, Purchase[]>();

  add(purchase: Purchase): void {
    this.all.push(purchase);
    const own = this.#ofUser.get(purchase.userId);
    if (own === undefined) this.#ofUser.set(purchase.userId, [purchase]);
    else own.push(purchase);
  }

  purchasesOf(userId: string, most: number): Promise<readonly Purchase[]> {
    return Promise.resolve((this.#ofUser.get(userId) ?? []).slice(-most));
  }

  boughtAfter(
    shown: readonly { readonly userId: string; readonly productId: string; readonly atMs: number }[],
    withinMs: number,
  ): Promise<readonly boolean[]> {
    return Promise.resolve(
      shown.map(
        ({ userId, productId, atMs: since }) =>
          this.#ofUser
            .get(userId)
            ?.some(
              ({ atMs, productIds }) =>
                atMs >= since && atMs < since + withinMs && productIds.includes(productId),
            ) === true,
      ),
    );
  }
}

const DAY_MS = 86_400_000;

/** What was shown to whom: of a user, a surface and a product the first of a day. */
export class ExposureMemory implements ExposureStore {
  readonly #kept = new Map<string, Exposure>();

  write(exposures: readonly Exposure[]): Promise<void> {
    for (const exposure of exposures) {
      const { userId, surface, productId, atMs } = exposure;
      const key = `${userId} ${surface} ${productId} ${String(Math.floor(atMs / DAY_MS))}`;
      if (!this.#kept.has(key)) this.#kept.set(key, exposure);
    }
    return Promise.resolve();
  }

  newest(sinceMs: number, most: number): Promise<readonly Exposure[]> {
    const newer = [...this.#kept.values()].filter(({ atMs }) => atMs >= sinceMs);
    return Promise.resolve(newer.sort((one, other) => other.atMs - one.atMs).slice(0, most));
  }

  forget(beforeMs: number): Promise<void> {
    for (const [key, { atMs }] of this.#kept) if (atMs < beforeMs) this.#kept.delete(key);
    return Promise.resolve();
  }

  forgetUser(userId: string): Promise<void> {
    for (const [key, exposure] of this.#kept) if (exposure.userId === userId) this.#kept.delete(key);
    return Promise.resolve();
  }
}

/**
 * Owns: who bought what together, and when, as flat arrays. Everything else of the model reads baskets here.
 *
 * A user's baskets stand oldest first. Baskets of the same moment are ordered by their ids (as numbers where both are
 * numbers), so that the order of the rows in a file decides nothing.
 */
export interface BasketLog {
  readonly users: readonly string[];
  readonly items: readonly string[];
  /** Baskets of user `u`: from `firstBasket[u]` to before `firstBasket[u + 1]`. */
  readonly firstBasket: Int32Array;
  /** Time of each basket, in the unit that was given. */
  readonly basketTime: Float64Array;
  /** Items of basket `b`: `basketItem` from `firstItem[b]` to before `firstItem[b + 1]`, none twice. */
  readonly firstItem: Int32Array;
  readonly basketItem: Int32Array;
}

/** Which baskets of each user may be seen: those before `endBasket[u]`. */
export interface Histories {
  readonly log: BasketLog;
  readonly endBasket: Int32Array;
}

/** Rows of `user, basket, time, item`, of equal length, in any order. */
export interface BasketRows {
  readonly user: readonly string[];
  readonly basket: readonly string[];
  /** Of the same basket the earliest counts. */
  readonly time: ArrayLike<number>;
  readonly item: readonly string[];
}

interface OpenBasket {
  readonly id: string;
  time: number;
  readonly items: Set<number>;
}

/** Baskets are told apart by user and id. Users and items are numbered in the order of their names. */
export function basketLogOf(rows: BasketRows): BasketLog {
  const items = [...new Set(rows.item)].sort(byName);
  const itemAt = new Map(items.map((name, index) => [name, index]));
  const baskets = new Map<string, Map<string, OpenBasket>>();
  for (let row = 0; row < rows.user.length; row += 1) {
    const user = rows.user[row] ?? '';
    const id = rows.basket[row] ?? '';
    const time = rows.time[row] ?? 0;
    let own = baskets.get(user);
    if (own === undefined) baskets.set(user, (own = new Map<string, OpenBasket>()));
    let basket = own.get(id);
    if (basket === undefined) own.set(id, (basket = { id, time, items: new Set() }));
    basket.time = Math.min(basket.time, time);
    basket.items.add(itemAt.get(rows.item[row] ?? '') ?? 0);
  }
  return packed(baskets, items);
}

function packed(
  baskets: ReadonlyMap<string, ReadonlyMap<string, OpenBasket>>,
  items: readonly string[],
): BasketLog {
  const users = [...baskets.keys()].sort(byName);
  const ordered = users.map((user) => [...(baskets.get(user)?.values() ?? [])].sort(byTime));
  const all = ordered.flat();
  const firstBasket = new Int32Array(users.length + 1);
  for (const [user, own] of ordered.entries()) {
    firstBasket[user + 1] = (firstBasket[user] ?? 0) + own.length;
  }
  const firstItem = new Int32Array(all.length + 1);
  for (const [index, basket] of all.entries()) {
    firstItem[index + 1] = (firstItem[index] ?? 0) + basket.items.size;
  }
  const basketItem = new Int32Array(firstItem[all.length] ?? 0);
  for (const [index, basket] of all.entries()) {
    basketItem.set(
      [...basket.items].sort((a, b) => a - b),
      firstItem[index] ?? 0,
    );
  }
  return {
    users,
    items,
    firstBasket,
    basketTime: Float64Array.from(all, (basket) => basket.time),
    firstItem,
    basketItem,
  };
}

function byName(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function byTime(a: OpenBasket, b: OpenBasket): number {
  const asNumbers = Number(a.id) - Number(b.id);
  return a.time - b.time || (Number.isNaN(asNumbers) ? 0 : asNumbers) || byName(a.id, b.id);
}

/** All baskets of everybody. */
export function everything(log: BasketLog): Histories {
  return { log, endBasket: log.firstBasket.slice(1) };
}

/** The same without the last visible basket of each user who has at least `least` of them. */
export function withoutLast({ log, endBasket }: Histories, least: number): Histories {
  return {
    log,
    endBasket: endBasket.map((end, user) => (end - (log.firstBasket[user] ?? 0) >= least ? end - 1 : end)),
  };
}

/** How many baskets of a user may be seen. */
export function basketCount({ log, endBasket }: Histories, user: number): number {
  return (endBasket[user] ?? 0) - (log.firstBasket[user] ?? 0);
}

/** Items of one basket, ascending; a view, not a copy. */
export function itemsOf(log: BasketLog, basket: number): Int32Array {
  return log.basketItem.subarray(log.firstItem[basket] ?? 0, log.firstItem[basket + 1] ?? 0);
}

/** Calls back for every basket that may be seen, user by user, each user's oldest first. */
export function eachBasket(
  histories: Histories,
  visit: (items: Int32Array, basket: number, user: number) => void,
): void {
  const { log, endBasket } = histories;
  for (let user = 0; user < log.users.length; user += 1) {
    for (let basket = log.firstBasket[user] ?? 0; basket < (endBasket[user] ?? 0); basket += 1) {
      visit(itemsOf(log, basket), basket, user);
    }
  }
}

/** What somebody bought, oldest first: what a recommendation is made from. */
export interface PersonalHistory {
  readonly baskets: readonly ArrayLike<number>[];
  readonly times: ArrayLike<number>;
}

export function historyOf({ log, endBasket }: Histories, user: number): PersonalHistory {
  const first = log.firstBasket[user] ?? 0;
  const end = endBasket[user] ?? 0;
  return {
    baskets: Array.from({ length: end - first }, (_, index) => itemsOf(log, first + index)),
    times: log.basketTime.subarray(first, end),
  };
}

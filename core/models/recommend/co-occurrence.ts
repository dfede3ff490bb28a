/** Which items are in the same groups (baskets, or all that one user bought), counted item by item. */
export interface CoOccurrence {
  /** Groups that hold each item. */
  readonly size: Float64Array;
  /** Calls back for each item with its partners, in no order; `count(other)` is how many groups hold both. */
  readonly each: (
    visit: (item: number, partners: readonly number[], count: (other: number) => number) => void,
  ) => void;
}

/** @param groups items of each, none twice in one; numbers below `itemsInAll` */
export function coOccurrenceOf(groups: readonly Int32Array[], itemsInAll: number): CoOccurrence {
  const { start, members } = groupsByItem(groups, itemsInAll);
  const size = Float64Array.from(
    { length: itemsInAll },
    (_, item) => (start[item + 1] ?? 0) - (start[item] ?? 0),
  );
  return {
    size,
    each: (visit) => {
      const together = new Float64Array(itemsInAll);
      const count = (other: number): number => together[other] ?? 0;
      for (let item = 0; item < itemsInAll; item += 1) {
        const partners: number[] = [];
        for (let at = start[item] ?? 0; at < (start[item + 1] ?? 0); at += 1) {
          for (const other of groups[members[at] ?? 0] ?? []) {
            if (other === item) continue;
            if (together[other] === 0) partners.push(other);
            together[other] = (together[other] ?? 0) + 1;
          }
        }
        visit(item, partners, count);
        for (const other of partners) together[other] = 0;
      }
    },
  };
}

/** For each item the groups it is in: `members` from `start[item]` to before `start[item + 1]`. */
function groupsByItem(
  groups: readonly Int32Array[],
  itemsInAll: number,
): { readonly start: Int32Array; readonly members: Int32Array } {
  const start = new Int32Array(itemsInAll + 1);
  for (const group of groups) for (const item of group) start[item + 1] = (start[item + 1] ?? 0) + 1;
  for (let item = 0; item < itemsInAll; item += 1)
    start[item + 1] = (start[item + 1] ?? 0) + (start[item] ?? 0);
  const next = start.slice();
  const members = new Int32Array(start[itemsInAll] ?? 0);
  for (const [index, group] of groups.entries()) {
    for (const item of group) {
      const at = next[item] ?? 0;
      members[at] = index;
      next[item] = at + 1;
    }
  }
  return { start, members };
}

/** One purchase or return: who, when, how much. */
export interface Purchases {
  readonly customers: readonly string[];
  /** Milliseconds since 1970 UTC for dates, steps otherwise. */
  readonly times: ArrayLike<number>;
  /** Negative for returns; zero for what was given away. */
  readonly amounts: ArrayLike<number>;
}

/**
 * What the models need to know of a customer at the cutoff (Fader, Hardie and Lee 2005): times are in the unit of the
 * calendar (weeks for dates, steps otherwise), counted from the customer's first purchase.
 */
export interface History {
  readonly customer: string;
  /** Purchases after the first one, on different days (or steps). */
  readonly repeats: number;
  /** From the first purchase to the last one. */
  readonly lastAt: number;
  /** From the first purchase to the cutoff. */
  readonly age: number;
  /** Mean value of the repeat purchases that had one; 0 when there were none. */
  readonly meanValue: number;
  /** Repeat purchases that had a value above zero. */
  readonly valued: number;
  /** Mean value of all purchases, the first one included. */
  readonly meanOfAll: number;
}

/** What a customer did after the cutoff. */
export interface Aftermath {
  readonly purchases: number;
  readonly value: number;
}

/** How long a unit of time is, and what counts as one purchase. */
export interface Calendar {
  /** Rows of a customer whose times fall into the same slot are one purchase: a day for dates, a step otherwise. */
  readonly slot: number;
  /** A unit of the histories: a week for dates, a step otherwise. */
  readonly unit: number;
  readonly unitName: string;
}

const DAY_MS = 86_400_000;
export const DATES: Calendar = { slot: DAY_MS, unit: 7 * DAY_MS, unitName: 'weeks' };
export const STEPS: Calendar = { slot: 1, unit: 1, unitName: 'steps' };

export interface Split {
  readonly histories: readonly History[];
  /** Of the same customers, in the same order. */
  readonly aftermaths: readonly Aftermath[];
  /** Customers whose first purchase came after the cutoff: nothing is known of them, so they are left out. */
  readonly bornLater: number;
  /** Rows with a negative amount: returns are no purchases. */
  readonly returns: number;
  /** Value of the returns up to the cutoff as a share of that of the purchases. */
  readonly returnedShare: number;
  /** From the cutoff to the end, in units. */
  readonly horizon: number;
}

interface Visit {
  slot: number;
  value: number;
}

/**
 * Histories up to the cutoff (its slot included) and what came after it up to the end (included).
 *
 * Rows of one customer and slot are one purchase, whose value is the sum of theirs. Rows with a negative amount are
 * returns: no purchase, and out of the purchase's value. Rows of value zero are purchases that don't count for spending.
 */
export function splitAt(purchases: Purchases, calendar: Calendar, cutoff: number, end: number): Split {
  const cutoffSlot = Math.floor(cutoff / calendar.slot);
  const endSlot = Math.floor(end / calendar.slot);
  const perUnit = calendar.unit / calendar.slot;
  const visits = new Map<string, Visit[]>();
  let returns = 0;
  let returned = 0;
  let gross = 0;
  for (const [row, customer] of purchases.customers.entries()) {
    const amount = purchases.amounts[row] ?? 0;
    const slot = Math.floor((purchases.times[row] ?? 0) / calendar.slot);
    if (slot > endSlot) continue;
    if (amount < 0) {
      returns += 1;
      if (slot <= cutoffSlot) returned -= amount;
      continue;
    }
    if (slot <= cutoffSlot) gross += amount;
    const own = visits.get(customer);
    if (own === undefined) visits.set(customer, [{ slot, value: amount }]);
    else own.push({ slot, value: amount });
  }
  const histories: History[] = [];
  const aftermaths: Aftermath[] = [];
  let bornLater = 0;
  for (const [customer, own] of visits) {
    const merged = mergedVisits(own);
    const known = merged.filter(({ slot }) => slot <= cutoffSlot);
    if (known.length === 0) {
      bornLater += 1;
      continue;
    }
    histories.push(historyOf(customer, known, cutoffSlot, perUnit));
    const later = merged.slice(known.length);
    aftermaths.push({ purchases: later.length, value: later.reduce((sum, { value }) => sum + value, 0) });
  }
  return {
    histories,
    aftermaths,
    bornLater,
    returns,
    returnedShare: gross > 0 ? Math.min(1, returned / gross) : 0,
    horizon: (endSlot - cutoffSlot) / perUnit,
  };
}

/** One visit per slot, in order of time. */
function mergedVisits(visits: readonly Visit[]): Visit[] {
  const merged: Visit[] = [];
  for (const { slot, value } of [...visits].sort((one, other) => one.slot - other.slot)) {
    const last = merged.at(-1);
    if (last?.slot === slot) last.value += value;
    else merged.push({ slot, value });
  }
  return merged;
}

function historyOf(customer: string, visits: readonly Visit[], cutoffSlot: number, perUnit: number): History {
  const first = visits[0]?.slot ?? cutoffSlot;
  const last = visits.at(-1)?.slot ?? first;
  const values = visits.slice(1).flatMap(({ value }) => (value > 0 ? [value] : []));
  const all = visits.flatMap(({ value }) => (value > 0 ? [value] : []));
  return {
    customer,
    repeats: visits.length - 1,
    lastAt: (last - first) / perUnit,
    age: (cutoffSlot - first) / perUnit,
    meanValue: meanOf(values),
    valued: values.length,
    meanOfAll: meanOf(all),
  };
}

function meanOf(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
}

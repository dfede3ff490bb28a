/** Ranges as they stand in an address, typed or pasted by anyone: what makes no sense counts as absent. */
const AMOUNT = /^\d{1,9}(\.\d{1,2})?$/;
const DAY = /^\d{4}-\d{2}-\d{2}$/;

interface Range<End> {
  readonly from: End | undefined;
  readonly to: End | undefined;
}

/** Either way round is the same range: nobody has to be told that 50 to 20 is wrong. */
function inOrder<End extends number | string>(from: End | undefined, to: End | undefined): Range<End> {
  return from !== undefined && to !== undefined && from > to ? { from: to, to: from } : { from, to };
}

function centsOf(amount: string | undefined): number | undefined {
  return amount !== undefined && AMOUNT.test(amount) ? Math.round(Number(amount) * 100) : undefined;
}

/** A range of prices in integer cents, out of amounts such as `20` or `19.99`. */
export function priceRange(min: string | undefined, max: string | undefined): Range<number> {
  return inOrder(centsOf(min), centsOf(max));
}

function dayOf(text: string | undefined): string | undefined {
  return text !== undefined && DAY.test(text) && !Number.isNaN(Date.parse(text)) ? text : undefined;
}

/** Days such as `2026-03-31`. */
export function dayRange(from: string | undefined, to: string | undefined): Range<string> {
  return inOrder(dayOf(from), dayOf(to));
}

/** The first and the last moment of a range of days where the shopper is, ISO 8601 UTC. */
export function momentsOf({ from, to }: Range<string>): Range<string> {
  return {
    from: from === undefined ? undefined : new Date(`${from}T00:00:00`).toISOString(),
    to: to === undefined ? undefined : new Date(`${to}T23:59:59.999`).toISOString(),
  };
}

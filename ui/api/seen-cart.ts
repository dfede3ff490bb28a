/**
 * The cart as the shopper last saw it, kept in the tab: what it is compared with, to say what has changed since.
 *
 * C1: a line counts as seen with the price it had when it was put in, or when the cart was last looked at.
 * C2: what the shopper takes out themselves is forgotten, so that whatever else is missing was not their doing.
 */
import type { Cart } from './types.ts';

const STORAGE_KEY = 'orrery.cart-seen';

export interface SeenLine {
  readonly name: string;
  readonly priceCents: number;
}

function isSeenLine(value: unknown): value is SeenLine {
  return (
    typeof value === 'object' &&
    value !== null &&
    'name' in value &&
    typeof value.name === 'string' &&
    'priceCents' in value &&
    typeof value.priceCents === 'number'
  );
}

/** By product id. Whatever cannot be read counts as never seen. */
export function seenLines(): ReadonlyMap<string, SeenLine> {
  try {
    const stored: unknown = JSON.parse(sessionStorage.getItem(STORAGE_KEY) ?? '{}');
    const entries = typeof stored === 'object' && stored !== null ? Object.entries(stored) : [];
    return new Map(
      entries.flatMap(([id, line]: [string, unknown]) => (isSeenLine(line) ? [[id, line]] : [])),
    );
  } catch {
    return new Map();
  }
}

function write(lines: ReadonlyMap<string, SeenLine>): void {
  try {
    sessionStorage.setItem(STORAGE_KEY, JSON.stringify(Object.fromEntries(lines)));
  } catch {
    // Storage is switched off: then nothing is said about changes.
  }
}

const asSeen = ({ items }: Cart): (readonly [string, SeenLine])[] =>
  items.map(({ productId, name, priceCents }) => [productId, { name, priceCents }]);

/** Remembers the lines that were not there before (C1). */
export function noteNewLines(cart: Cart): void {
  write(new Map([...asSeen(cart), ...seenLines()]));
}

/** The shopper has the cart before their eyes. */
export function noteLook(cart: Cart): void {
  write(new Map([...seenLines(), ...asSeen(cart)]));
}

export function forgetLine(productId: string): void {
  write(new Map([...seenLines()].filter(([id]) => id !== productId)));
}

import type { Random } from '../../../kernel/clock.ts';
import {
  type Basket,
  basketOf,
  chance,
  DAY_MS,
  type DrawnOrder,
  exponential,
  HOUR_MS,
  maybe,
  MINUTE_MS,
  whole,
} from './draws.ts';
import type { Shopper, Span } from './honest.ts';

/** The patterns of fraud that are simulated; how each goes is said where it is drawn. */
export const PATTERNS = ['card testing', 'account takeover', 'reshipping', 'refund abuse'] as const;
export type Pattern = (typeof PATTERNS)[number];

/** What a pattern can be played with. */
export interface Scene {
  readonly random: Random;
  readonly span: Span;
  readonly shoppers: readonly Shopper[];
  /** Tells one episode from the others. */
  readonly episode: number;
}

/** The orders of one episode of a pattern; those that nobody could tell yet are not labelled as fraud. */
export const EPISODES: Readonly<Record<Pattern, (scene: Scene) => DrawnOrder[]>> = {
  'card testing': testCards,
  'account takeover': takeOver,
  reshipping: reship,
  'refund abuse': abuseRefunds,
};

interface Attempt {
  readonly userId: string;
  readonly placedAtMs: number;
  readonly accountCreatedAtMs: number;
  readonly address: string;
  readonly network: string | null;
  readonly device: string | null;
  readonly basket: Basket;
  readonly declinedShare: number;
}

function attempt(random: Random, kind: Pattern, given: Attempt): DrawnOrder {
  const { basket, declinedShare, ...rest } = given;
  return {
    ...rest,
    ...basket,
    placedAtMs: Math.floor(given.placedAtMs),
    accountCreatedAtMs: Math.floor(given.accountCreatedAtMs),
    payment: chance(random, 0.1) ? 'paypal' : 'credit_card',
    kind,
    fraud: true,
    declined: chance(random, declinedShare),
    refundAskedAtMs: null,
  };
}

/** Somewhere in the span, with room for what follows. */
function beginning({ random, span }: Scene): number {
  return span.fromMs + random() * (span.untilMs - span.fromMs);
}

/** Many stolen cards tried one after the other with small orders, from a few accounts made for it. */
function testCards(scene: Scene): DrawnOrder[] {
  const { random, episode } = scene;
  const start = beginning(scene);
  const accounts = whole(random, 1, 4);
  const createdAtMs = start - exponential(random, chance(random, 0.8) ? HOUR_MS : 20 * DAY_MS);
  const networks = whole(random, 1, 3);
  const known = chance(random, 0.75);
  const medianCents = chance(random, 0.7) ? 900 : 3_500;
  const rest = (chance(random, 0.7) ? 2 : 12) * MINUTE_MS;
  const oneAddress = chance(random, 0.5);
  let placedAtMs = start;
  return Array.from({ length: whole(random, 12, 50) }, () => {
    placedAtMs += exponential(random, rest);
    return attempt(random, 'card testing', {
      userId: `tester ${String(episode)}.${String(whole(random, 1, accounts))}`,
      placedAtMs,
      accountCreatedAtMs: createdAtMs,
      address: `made up ${String(episode)}.${oneAddress ? '1' : String(whole(random, 1, 12))}`,
      network: maybe(random, 0.9, `proxy ${String(episode)}.${String(whole(random, 1, networks))}`),
      device: known ? maybe(random, 0.9, `bot ${String(episode)}`) : null,
      basket: basketOf(random, medianCents, { lines: 3, quantity: 3, spread: 0.6 }),
      declinedShare: 0.7,
    });
  });
}

/** Somebody else orders on the account of a good shopper: another place, another device, more money. */
function takeOver(scene: Scene): DrawnOrder[] {
  const { random, episode, shoppers, span } = scene;
  const victim = shoppers[Math.floor(random() * shoppers.length)];
  if (victim === undefined) return [];
  const start = Math.max(beginning(scene), victim.accountCreatedAtMs + 90 * DAY_MS);
  const itemCents = victim.itemCents * (3 + 5 * random());
  const address = chance(random, 0.92) ? `drop ${String(episode)}` : victim.address;
  const network = `thief's ${String(episode)}`;
  const device = chance(random, 0.9) ? `thief's ${String(episode)}` : null;
  let placedAtMs = start;
  return Array.from({ length: whole(random, 2, 7) }, () => {
    placedAtMs += exponential(random, 15 * MINUTE_MS);
    return attempt(random, 'account takeover', {
      userId: victim.userId,
      placedAtMs,
      accountCreatedAtMs: victim.accountCreatedAtMs,
      address,
      network: maybe(random, 0.92, network),
      device,
      basket: basketOf(random, Math.max(itemCents, 15_000), { lines: 4, quantity: 3, spread: 0.6 }),
      declinedShare: 0.3,
    });
  }).filter(({ placedAtMs: at }) => at < span.untilMs);
}

/** Dear goods bought with stolen cards on fresh accounts, all sent to the house of one who passes them on. */
function reship(scene: Scene): DrawnOrder[] {
  const { random, episode, span } = scene;
  const device = chance(random, 0.5) ? `ring ${String(episode)}` : null;
  const networks = whole(random, 1, 5);
  const itemCents = 18_000 + 50_000 * random();
  let placedAtMs = beginning(scene);
  return Array.from({ length: whole(random, 8, 20) }, (_, turn) => {
    placedAtMs += exponential(random, 14 * HOUR_MS);
    return attempt(random, 'reshipping', {
      userId: `buyer ${String(episode)}.${String(chance(random, 0.8) ? turn : Math.max(0, turn - 1))}`,
      placedAtMs,
      accountCreatedAtMs: placedAtMs - exponential(random, chance(random, 0.75) ? 2 * HOUR_MS : 4 * DAY_MS),
      address: `mule ${String(episode)}`,
      network: maybe(random, 0.9, `pool ${String(episode)}.${String(whole(random, 1, networks))}`),
      device: device ?? maybe(random, 0.7, `phone ${String(episode)}.${String(turn)}`),
      basket: basketOf(random, itemCents, { lines: 4, quantity: 3, spread: 0.6 }),
      declinedShare: 0.25,
    });
  }).filter(({ placedAtMs: at }) => at < span.untilMs);
}

/** Parcels that allegedly never came, again and again; before the second claim it is a shopper like others. */
function abuseRefunds(scene: Scene): DrawnOrder[] {
  const { random, episode, span } = scene;
  const createdAtMs = beginning(scene) - exponential(random, 30 * DAY_MS);
  const accounts = chance(random, 0.5) ? 1 : whole(random, 2, 3);
  const itemCents = 6_000 + 24_000 * random();
  const claims: number[] = [];
  let placedAtMs = Math.max(createdAtMs, span.fromMs);
  return Array.from({ length: whole(random, 6, 16) }, () => {
    placedAtMs += exponential(random, 5 * DAY_MS);
    const now = placedAtMs;
    const known = claims.filter((at) => at <= now).length >= 2;
    const refundAskedAtMs = chance(random, 0.8) ? Math.floor(now + (2 + 5 * random()) * DAY_MS) : null;
    if (refundAskedAtMs !== null) claims.push(refundAskedAtMs);
    const order = attempt(random, 'refund abuse', {
      userId: `claimant ${String(episode)}.${String(whole(random, 1, accounts))}`,
      placedAtMs,
      accountCreatedAtMs: createdAtMs,
      address: `claimant's ${String(episode)}`,
      network: maybe(random, 0.9, `claimant's ${String(episode)}`),
      device: maybe(random, 0.75, `claimant's ${String(episode)}`),
      basket: basketOf(random, itemCents, { lines: 4, quantity: 3, spread: 0.6 }),
      declinedShare: 0.03,
    });
    return { ...order, fraud: known, refundAskedAtMs: order.declined ? null : refundAskedAtMs };
  }).filter(({ placedAtMs: at }) => at < span.untilMs);
}

import type { Random } from '../../../kernel/clock.ts';
import {
  atHour,
  basketOf,
  chance,
  DAY_MS,
  type DrawnOrder,
  exponential,
  HOUR_MS,
  logNormal,
  maybe,
  MINUTE_MS,
  oneOf,
  whole,
} from './draws.ts';

/** A shopper of the simulated shop. */
export interface Shopper {
  readonly userId: string;
  readonly kind: HonestKind;
  readonly accountCreatedAtMs: number;
  readonly address: string;
  readonly network: string;
  readonly device: string;
  /** What an item of theirs usually costs. */
  readonly itemCents: number;
  readonly hour: number;
  readonly paypal: boolean;
}

/** Most look like nobody else; the others share a feature or two with a pattern of fraud. */
const KINDS = [
  ['regular', 0.5],
  ['new customer', 0.15],
  ['gift buyer', 0.07],
  ['traveller', 0.06],
  ['bulk buyer', 0.05],
  ['mover', 0.03],
  ['returner', 0.06],
  ['unlucky payer', 0.05],
  ['night worker', 0.03],
] as const;

export type HonestKind = (typeof KINDS)[number][0];

/** Of the simulated span. */
export interface Span {
  readonly fromMs: number;
  readonly untilMs: number;
}

/** How many people share a network of an office, a campus or a mobile carrier. */
const NETWORK_PEOPLE = 60;
const OFFICE_PEOPLE = 5;

export function drawShopper(random: Random, index: number, shoppers: number, span: Span): Shopper {
  const kind = drawKind(random);
  const isNew = kind === 'new customer' || chance(random, 0.25);
  const registered = isNew
    ? span.fromMs + random() * (span.untilMs - span.fromMs)
    : span.fromMs - exponential(random, 400 * DAY_MS);
  // Now and then two live together, and use one computer.
  const household = chance(random, 0.12) ? index - (index % 2) : index;
  const office = `office ${String(Math.floor((random() * shoppers) / 20 / OFFICE_PEOPLE))}`;
  const shared = `carrier ${String(Math.floor((random() * shoppers) / NETWORK_PEOPLE))}`;
  return {
    userId: `shopper ${String(index)}`,
    kind,
    accountCreatedAtMs: Math.floor(registered),
    address: kind === 'bulk buyer' && chance(random, 0.5) ? office : `home ${String(household)}`,
    network: chance(random, 0.25) ? shared : kind === 'bulk buyer' ? office : `line ${String(household)}`,
    device: `device ${String(household)}`,
    itemCents: logNormal(random, kind === 'bulk buyer' ? 6_000 : 3_500, 0.7),
    hour: kind === 'night worker' ? 2 : 9 + 12 * random(),
    paypal: chance(random, 0.25),
  };
}

function drawKind(random: Random): HonestKind {
  let left = random();
  for (const [kind, share] of KINDS) {
    left -= share;
    if (left < 0) return kind;
  }
  return 'regular';
}

/** All orders of one shopper in the span. */
export function ordersOf(random: Random, shopper: Shopper, span: Span): DrawnOrder[] {
  const from = Math.max(span.fromMs, shopper.accountCreatedAtMs);
  const orders: DrawnOrder[] = [];
  if (shopper.accountCreatedAtMs >= span.fromMs) {
    // People register because they want something.
    const placed =
      shopper.accountCreatedAtMs + exponential(random, chance(random, 0.8) ? 15 * MINUTE_MS : DAY_MS);
    const first = chance(random, 0.15) ? { itemCents: shopper.itemCents * 5 } : {};
    orders.push(...attempts(random, { ...shopper, ...first }, placed));
    if (shopper.kind === 'new customer' && chance(random, 0.6)) return orders;
  }
  const move = from + random() * (span.untilMs - from);
  const every = (shopper.kind === 'bulk buyer' ? 15 : 35) * DAY_MS;
  for (let day = from + exponential(random, every); day < span.untilMs; day += exponential(random, every)) {
    const placed = atHour(random, day, shopper.hour, 2.5);
    if (placed < from) continue;
    orders.push(...occasion(random, shopper, placed, move));
  }
  return orders.filter(({ placedAtMs }) => placedAtMs >= from && placedAtMs < span.untilMs);
}

/** What one wish to buy turns into. */
function occasion(random: Random, shopper: Shopper, placed: number, move: number): DrawnOrder[] {
  const { kind, userId } = shopper;
  const some = String(Math.floor(1e9 * random()));
  if (kind === 'gift buyer' && chance(random, 0.5)) {
    return Array.from({ length: whole(random, 2, 6) }, (_, gift) =>
      attempts(
        random,
        { ...shopper, address: `friend ${String(whole(random, 0, 5))} of ${userId}` },
        placed + gift * exponential(random, chance(random, 0.5) ? 10 * MINUTE_MS : 10 * HOUR_MS),
      ),
    ).flat();
  }
  if (kind === 'traveller' && chance(random, 0.4)) {
    const away = {
      ...shopper,
      network: `hotel ${String(whole(random, 0, 40))}`,
      address: chance(random, 0.6) ? `abroad ${some}` : shopper.address,
      device: chance(random, 0.3) ? `travel ${userId}` : shopper.device,
      itemCents: shopper.itemCents * (chance(random, 0.3) ? 3 : 1),
    };
    return attempts(random, away, placed + whole(random, 0, 11) * HOUR_MS);
  }
  if (kind === 'mover' && placed > move) {
    return attempts(
      random,
      {
        ...shopper,
        address: `new home of ${userId}`,
        network: `new line of ${userId}`,
        device: `new phone of ${userId}`,
        itemCents: shopper.itemCents * (placed - move < 20 * DAY_MS ? 2 : 1),
      },
      placed,
    );
  }
  if (kind === 'bulk buyer' && chance(random, 0.5)) {
    return Array.from({ length: whole(random, 2, 4) }, (_, part) =>
      attempts(random, shopper, placed + part * exponential(random, 20 * MINUTE_MS)),
    ).flat();
  }
  return attempts(random, shopper, placed);
}

/** An order, and the further ones of a shopper whose card is declined. */
function attempts(random: Random, shopper: Shopper, placedAtMs: number): DrawnOrder[] {
  const { kind } = shopper;
  const bulk = kind === 'bulk buyer';
  const basket = basketOf(random, shopper.itemCents, { lines: bulk ? 6 : 4, quantity: bulk ? 20 : 3 });
  const orders: DrawnOrder[] = [];
  let placed = placedAtMs;
  for (let tries = 0; ; tries += 1) {
    const declined = chance(random, kind === 'unlucky payer' ? 0.5 : 0.06);
    const returns = kind === 'returner' ? 0.35 : 0.03;
    const refundAskedAtMs =
      !declined && chance(random, returns) ? Math.floor(placed + (3 + 10 * random()) * DAY_MS) : null;
    orders.push({
      userId: shopper.userId,
      placedAtMs: Math.floor(placed),
      ...basket,
      payment: shopper.paypal && chance(random, 0.8) ? 'paypal' : 'credit_card',
      address: shopper.address,
      network: maybe(random, 0.9, shopper.network),
      device: chance(random, 0.06) ? `another of ${shopper.userId}` : maybe(random, 0.8, shopper.device),
      accountCreatedAtMs: shopper.accountCreatedAtMs,
      kind,
      fraud: false,
      declined,
      refundAskedAtMs,
    });
    if (!declined || tries >= 5 || chance(random, 0.3)) return orders;
    placed += exponential(random, oneOf(random, [3, 30]) * MINUTE_MS);
  }
}

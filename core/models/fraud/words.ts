import { SIGNALS, type Signal } from './signals.ts';

/** As many as a person reads at a glance. */
const REASONS_MAX = 5;
/** In log-odds: what moved the score by less is no reason. */
const CONTRIBUTION_MIN = 0.2;

type Words = (value: number) => string;

const counted =
  (one: string, many: string): Words =>
  (value) =>
    `${String(value)} ${value === 1 ? one : many}`;
const dollars = (cents: number) =>
  `$${Math.round(Math.expm1(cents) / 100)
    .toLocaleString('en-US')
    .replaceAll(',', ' ')}`;

/**
 * What a value of a signal says, in words without commas: the saga tells reasons as a list with commas between. Values that
 * are unknown have no words.
 */
const WORDS: Readonly<Record<Signal, Words>> = {
  'order value': (value) => `order of ${dollars(value)}`,
  'value against own orders': (value) =>
    value >= 0
      ? `${Math.exp(value).toFixed(1)} times the shopper's usual order`
      : `1/${Math.exp(-value).toFixed(1)} of the shopper's usual order`,
  'dearest item': (value) => `dearest item ${dollars(value)}`,
  units: (value) => counted('unit', 'units')(Math.round(Math.expm1(value))),
  products: counted('different product', 'different products'),
  'largest quantity': (value) => `${String(Math.round(Math.expm1(value)))} of one product`,
  'paid by paypal': (value) => (value === 1 ? 'paid by PayPal' : 'paid by card'),
  'hour of day': (value) => `placed at ${String(Math.floor(value)).padStart(2, '0')}h UTC`,
  'distance from usual hour': (value) => `${String(Math.round(value))} h from the shopper's usual hour`,
  'account age': (value) => `account ${span(Math.expm1(value))} old`,
  'own orders': (value) =>
    value === 0
      ? 'first order of the account'
      : `${counted('earlier order', 'earlier orders')(Math.round(Math.expm1(value)))} in a year`,
  'time since own order': (value) => `${span(Math.expm1(value))} since the last order`,
  'own orders in an hour': (value) => `${counted('order', 'orders')(value)} in the hour before`,
  'own orders in a day': (value) => `${counted('order', 'orders')(value)} in the day before`,
  'own declines in an hour': (value) =>
    `${counted('declined payment', 'declined payments')(value)} in the hour before`,
  'own declines in a day': (value) => `${counted('declined payment', 'declined payments')(value)} in a day`,
  'own spending in a day': (value) => `orders of ${dollars(value)} in the day before`,
  'own refunds': (value) => `${counted('refund', 'refunds')(value)} asked for in 90 days`,
  'own refund share': (value) => `refund asked for on ${String(Math.round(100 * value))} % of orders`,
  'own addresses in a week': (value) => `${counted('address', 'addresses')(value)} within a week`,
  'new address': (value) => (value === 1 ? 'address never used before' : 'usual address'),
  'time with address': (value) =>
    value === 0 ? 'first order to the address' : `first order to the address ${span(Math.expm1(value))} ago`,
  'others at address in a month': (value) =>
    `${counted('other shopper', 'other shoppers')(value)} at the address`,
  'orders at address in a day': (value) =>
    `${counted('order', 'orders')(value)} of others to the address in a day`,
  'declines at address in a month': (value) =>
    `${counted('declined payment', 'declined payments')(value)} of others at the address`,
  'value of others at address': (value) => `others at the address order for ${dollars(value)}`,
  'refunds at address': (value) => `${counted('refund', 'refunds')(value)} of others at the address`,
  'new network': (value) => (value === 1 ? 'network never used before' : 'usual network'),
  'time with network': (value) =>
    value === 0
      ? 'first order from the network'
      : `first order from the network ${span(Math.expm1(value))} ago`,
  'orders from network in an hour': (value) =>
    `${counted('order', 'orders')(value)} of others from the network in an hour`,
  'others on network in a day': (value) =>
    `${counted('other shopper', 'other shoppers')(value)} on the network in a day`,
  'declines from network in a day': (value) =>
    `${counted('declined payment', 'declined payments')(value)} of others from the network in a day`,
  'new device': (value) => (value === 1 ? 'device never used before' : 'usual device'),
  'time with device': (value) =>
    value === 0
      ? 'first order from the device'
      : `first order from the device ${span(Math.expm1(value))} ago`,
  'new at once': (value) => `${String(value)} of address network and device new at once`,
  'orders from device in an hour': (value) =>
    `${counted('order', 'orders')(value)} of others from the device in an hour`,
  'others on device in a month': (value) =>
    `${counted('other shopper', 'other shoppers')(value)} on the device`,
  'declines from device in a day': (value) =>
    `${counted('declined payment', 'declined payments')(value)} of others from the device in a day`,
  'refunds on device': (value) => `${counted('refund', 'refunds')(value)} of others on the device`,
};

/** The weightiest contributions in words; contributions and values in the order of the signals. */
export function reasonsOf(values: ArrayLike<number>, contributions: readonly number[]): readonly string[] {
  return SIGNALS.map((name, at) => ({ name, value: values[at] ?? Number.NaN, by: contributions[at] ?? 0 }))
    .filter(({ value, by }) => by >= CONTRIBUTION_MIN && Number.isFinite(value))
    .sort((one, other) => other.by - one.by)
    .slice(0, REASONS_MAX)
    .map(({ name, value }) => WORDS[name](value));
}

function span(hours: number): string {
  if (hours < 1) return `${String(Math.max(1, Math.round(60 * hours)))} min`;
  if (hours < 48) return `${String(Math.round(hours))} h`;
  return `${String(Math.round(hours / 24))} days`;
}

import { z } from 'zod';
import { periodBefore } from '../periods.ts';
import type { SalesTotal } from '../ports.ts';
import { ordersLink } from './links.ts';
import { limit, period, periodNamed, reading } from './tool.ts';
import { change, count, counted, moment, money, reason } from './words.ts';

const REASONS_MAX = 10;
const compare = z
  .boolean()
  .default(false)
  .describe('Also the same weekdays and times of day the week before, and what changed');

/** What was sold, when, to whom; what was cancelled, and why. */
export const SALES_TOOLS = [
  reading(
    'sales',
    'Orders, cancellations and revenue of a span of time; in all, by hour or by day',
    z.object({ period, by: z.enum(['hour', 'day']).optional(), compare }),
    async (given, { sales }, nowMs) => {
      const span = periodNamed(given.period, nowMs);
      const earlier = periodBefore(span);
      const [total, before, steps] = await Promise.all([
        sales.total(span),
        given.compare ? sales.total(earlier) : undefined,
        given.by === undefined ? undefined : sales.steps(span, given.by),
      ]);
      const text = [sentence(span.name, total), before === undefined ? undefined : against(total, before)];
      return {
        text: text.filter((part) => part !== undefined).join(' '),
        ...(steps !== undefined
          ? { table: stepTable(steps, given.by === 'day') }
          : before === undefined
            ? {}
            : { table: comparison(span.name, total, earlier.name, before) }),
        links: [{ label: 'Orders', href: ordersLink(span) }],
        data: { period: span, total, ...(before === undefined ? {} : { earlier, before }), steps },
      };
    },
  ),
  reading(
    'top_products',
    'The products that sold most units in a span of time',
    z.object({ period: period.default('last 7 days'), limit: limit(10) }),
    async (given, { sales }, nowMs) => {
      const span = periodNamed(given.period, nowMs);
      const { items, complete } = await sales.products(span, given.limit);
      const [first] = items;
      return {
        text:
          first === undefined
            ? `Nothing was sold (${span.name}).`
            : `${first.name} sold best (${span.name}): ${counted(first.units, 'unit')} for ${money(first.revenueCents)}.${complete ? '' : ' Only the newest orders of that time were looked at.'}`,
        table: {
          columns: ['Product', 'SKU', 'Units', 'Revenue'],
          rows: items.map(({ name, sku, units, revenueCents }) => [
            name,
            sku,
            count(units),
            money(revenueCents),
          ]),
        },
        links: items.slice(0, 3).map(({ name, productId }) => ({
          label: name,
          href: `/admin/products/${encodeURIComponent(productId)}`,
        })),
        data: { period: span, items, complete },
      };
    },
  ),
  reading(
    'top_customers',
    'The customers who spent most in a span of time',
    z.object({ period: period.default('last 30 days'), limit: limit(10) }),
    async (given, { sales }, nowMs) => {
      const span = periodNamed(given.period, nowMs);
      const { items, complete } = await sales.customers(span, given.limit);
      const [first] = items;
      return {
        text:
          first === undefined
            ? `Nobody bought anything (${span.name}).`
            : `${first.name} spent most (${span.name}): ${money(first.revenueCents)} in ${counted(first.orders, 'order')}.${complete ? '' : ' Only the newest orders of that time were looked at.'}`,
        table: {
          columns: ['Customer', 'Orders', 'Spent'],
          rows: items.map(({ name, orders, revenueCents }) => [name, count(orders), money(revenueCents)]),
        },
        links: items
          .slice(0, 3)
          .map(({ name, userId }) => ({ label: name, href: ordersLink(undefined, { customer: userId }) })),
        data: { period: span, items, complete },
      };
    },
  ),
  reading(
    'cancellations',
    'Cancelled orders of a span of time by reason, and with compare what rose or fell',
    z.object({ period, compare }),
    async (given, { sales }, nowMs) => {
      const span = periodNamed(given.period, nowMs);
      const earlier = periodBefore(span);
      const [total, reasons, totalBefore, reasonsBefore] = await Promise.all([
        sales.total(span),
        sales.cancellations(span, REASONS_MAX),
        given.compare ? sales.total(earlier) : undefined,
        given.compare ? sales.cancellations(earlier, REASONS_MAX) : undefined,
      ]);
      const share = total.orders === 0 ? '' : ` (${shareOf(total)} of ${counted(total.orders, 'order')})`;
      const first = `${counted(total.cancelled, 'order')} cancelled ${span.name}${share}.`;
      const links = [{ label: 'Cancelled orders', href: ordersLink(span, { status: 'cancelled' }) }];
      if (totalBefore === undefined || reasonsBefore === undefined) {
        const [most] = reasons;
        return {
          text: most === undefined ? first : `${first} The commonest reason is ${reason(most.reason)}.`,
          table: {
            columns: ['Reason', 'Orders', 'Amount'],
            rows: reasons.map((each) => [reason(each.reason), count(each.orders), money(each.totalCents)]),
          },
          links,
          data: { period: span, total, reasons },
        };
      }
      const changes = changesOf(reasons, reasonsBefore);
      return {
        text: `${first} ${told(total, totalBefore, changes)}`,
        table: {
          columns: ['Reason', span.name, earlier.name, 'Change'],
          rows: changes.map(({ name, now, before }) => [
            reason(name),
            count(now),
            count(before),
            `${now > before ? '+' : ''}${String(now - before)}`,
          ]),
        },
        links,
        data: { period: span, total, earlier, totalBefore, changes },
      };
    },
  ),
];

function sentence(name: string, { orders, cancelled, revenueCents }: SalesTotal): string {
  const lost = cancelled === 0 ? '' : `, ${count(cancelled)} of them cancelled`;
  return `${counted(orders, 'order')} (${name})${lost}; revenue ${money(revenueCents)}.`;
}

function against(now: SalesTotal, before: SalesTotal): string {
  const orders = change(now.orders, before.orders);
  const revenue = change(now.revenueCents, before.revenueCents);
  if (orders === undefined || revenue === undefined) return 'There is nothing before to compare with.';
  return `Against the week before: orders ${orders}, revenue ${revenue}.`;
}

function comparison(name: string, now: SalesTotal, nameBefore: string, before: SalesTotal) {
  const row = (
    label: string,
    of: (total: SalesTotal) => number,
    shown: (value: number) => string,
  ): string[] => [label, shown(of(now)), shown(of(before)), change(of(now), of(before)) ?? '–'];
  return {
    columns: ['', name, nameBefore, 'Change'],
    rows: [
      row('Orders', ({ orders }) => orders, count),
      row('Cancelled', ({ cancelled }) => cancelled, count),
      row(
        'Revenue',
        ({ revenueCents }) => revenueCents,
        (cents) => money(cents),
      ),
    ],
  };
}

function stepTable(steps: readonly (SalesTotal & { readonly at: string })[], days: boolean) {
  return {
    columns: [days ? 'Day' : 'Hour (UTC)', 'Orders', 'Cancelled', 'Revenue'],
    rows: steps.map(({ at, orders, cancelled, revenueCents }) => [
      days ? at.slice(0, 10) : moment(at),
      count(orders),
      count(cancelled),
      money(revenueCents),
    ]),
  };
}

interface ReasonChange {
  readonly name: string;
  readonly now: number;
  readonly before: number;
}

/** What rose most first. */
function changesOf(
  now: readonly { readonly reason: string; readonly orders: number }[],
  before: readonly { readonly reason: string; readonly orders: number }[],
): readonly ReasonChange[] {
  const of = (all: typeof now, name: string): number => all.find((each) => each.reason === name)?.orders ?? 0;
  return [...new Set([...now, ...before].map((each) => each.reason))]
    .map((name) => ({ name, now: of(now, name), before: of(before, name) }))
    .sort((one, other) => other.now - other.before - (one.now - one.before) || other.now - one.now);
}

function told(now: SalesTotal, before: SalesTotal, changes: readonly ReasonChange[]): string {
  const was = `${counted(before.cancelled, 'order')} a week before${before.orders === 0 ? '' : ` (${shareOf(before)} of ${count(before.orders)})`}`;
  if (now.cancelled <= before.cancelled) return `They have not risen: ${was}.`;
  const [most] = changes;
  const up =
    most !== undefined && most.now > most.before
      ? ` What rose most is ${reason(most.name)}: ${count(most.now)} instead of ${count(most.before)}.`
      : '';
  const alike =
    now.orders > before.orders && shareIn(now) <= shareIn(before)
      ? ' The share of all orders did not rise: there were more orders.'
      : '';
  return `It was ${was}.${up}${alike}`;
}

function shareIn({ cancelled, orders }: SalesTotal): number {
  return orders === 0 ? 0 : cancelled / orders;
}

function shareOf(total: SalesTotal): string {
  return `${(shareIn(total) * 100).toFixed(1)} %`;
}

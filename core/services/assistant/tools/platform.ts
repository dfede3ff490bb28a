import { z } from 'zod';
import { orderLink } from './links.ts';
import { limit, reading } from './tool.ts';
import { count, counted, moment, money } from './words.ts';

/** How the platform is, and what waits for a person. */
export const PLATFORM_TOOLS = [
  reading('health', 'What is wrong with the platform', z.object({}), async (_given, { problems }) => {
    const found = await problems();
    return {
      text:
        found.length === 0
          ? 'Nothing is wrong: all parts answer, and nothing waits for a person.'
          : `${counted(found.length, 'problem')}. ${found[0]?.text ?? ''}.`,
      ...(found.length === 0
        ? {}
        : {
            table: {
              columns: ['Level', 'Problem'],
              rows: found.map(({ level, text }) => [level === 'error' ? 'error' : 'warning', text]),
            },
          }),
      links: [{ label: 'System health', href: '/admin/health' }],
      data: found,
    };
  }),
  reading(
    'dead_letters',
    'Messages that could not be handled and wait for a decision, by cause',
    z.object({}),
    async (_given, { deadLetters }) => {
      const groups = await deadLetters();
      const all = groups.reduce((sum, group) => sum + group.count, 0);
      return {
        text: all === 0 ? 'No dead letters wait.' : `${counted(all, 'dead letter')} wait for a decision.`,
        table: {
          columns: ['Service', 'Cause', 'Message', 'Letters'],
          rows: groups.map((group) => [group.service, group.code, group.type ?? '–', count(group.count)]),
        },
        links: [{ label: 'Dead letters', href: '/admin/dead-letters' }],
        data: groups,
      };
    },
  ),
  reading(
    'review_queue',
    'Orders held for their fraud score, the highest first',
    z.object({ limit: limit(10) }),
    async (given, { reviewQueue }) => {
      const items = await reviewQueue(given.limit);
      return {
        text:
          items.length === 0
            ? 'No order waits for a review.'
            : `${counted(items.length, 'order waits', 'orders wait')} for a review.`,
        table: {
          columns: ['Order', 'Score', 'Customer', 'Total', 'Reasons'],
          rows: items.map(({ order, score, reasons }) => [
            order.id,
            score === null ? '–' : String(score),
            order.customerName,
            money(order.totalCents, order.currency),
            reasons.join(', '),
          ]),
        },
        links: [
          { label: 'Fraud review', href: '/admin/review' },
          ...items.slice(0, 3).map(({ order }) => ({ label: order.customerName, href: orderLink(order.id) })),
        ],
        data: items.map(({ order, score, reasons }) => ({
          id: order.id,
          customerName: order.customerName,
          totalCents: order.totalCents,
          score,
          reasons,
        })),
      };
    },
  ),
  reading(
    'customers',
    'People with an account, by part of a name or e-mail address',
    z.object({ words: z.string().min(1).max(100), limit: limit(10) }),
    async (given, { people }) => {
      const found = await people.named(given.words, given.limit);
      return {
        text:
          found.length === 0
            ? `Nobody is called "${given.words}".`
            : `${counted(found.length, 'account')} found.`,
        table: {
          columns: ['Name', 'E-mail', 'Role', 'Since'],
          rows: found.map(({ name, email, role, createdAt }) => [name, email, role, createdAt.slice(0, 10)]),
        },
        links: [
          { label: 'People', href: `/admin/people?q=${encodeURIComponent(given.words)}` },
          ...found.slice(0, 3).map(({ name, email }) => ({
            label: `Orders of ${name}`,
            href: `/admin/orders?customer=${encodeURIComponent(email)}`,
          })),
        ],
        data: found,
      };
    },
  ),
  reading(
    'flash_sales',
    'Flash sales that run or are to come',
    z.object({}),
    async (_given, sources, nowMs) => {
      const sales = await sources.flashSales();
      const running = sales.filter(({ startsAt }) => Date.parse(startsAt) <= nowMs).length;
      return {
        text:
          sales.length === 0
            ? 'No flash sale runs, and none is planned.'
            : `${counted(running, 'flash sale runs', 'flash sales run')}, ${count(sales.length - running)} to come.`,
        table: {
          columns: ['SKU', 'Units', 'Starts (UTC)', 'Ends (UTC)'],
          rows: sales.map(({ sku, units, startsAt, endsAt }) => [
            sku,
            count(units),
            moment(startsAt),
            moment(endsAt),
          ]),
        },
        links: [{ label: 'Flash sales', href: '/admin/flash-sales' }],
        data: sales,
      };
    },
  ),
  reading('pauses', 'Parts of the platform set at rest by hand', z.object({}), async (_given, sources) => {
    const pauses = await sources.pauses();
    return {
      text:
        pauses.length === 0
          ? 'Nothing is paused.'
          : `${counted(pauses.length, 'part is', 'parts are')} paused.`,
      table: {
        columns: ['Service', 'Part', 'Reason', 'Since (UTC)'],
        rows: pauses.map(({ service, kind, partition, reason, at }) => [
          service,
          kind ?? (partition === null ? 'all of it' : `partition ${String(partition)}`),
          reason,
          moment(at),
        ]),
      },
      links: [{ label: 'Pauses', href: '/admin/pauses' }],
      data: pauses,
    };
  }),
];

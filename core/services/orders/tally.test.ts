import t from 'tap';
import type { Message } from '../../kernel/message.ts';
import type { LogRow } from '../../engine/ports.ts';
import { tallyRows } from './tally.ts';

const step = (messageId: string, type: string, from: string, to: string): LogRow => ({
  kind: 'order',
  id: 'o1',
  version: 2,
  messageId,
  type,
  causationId: null,
  from,
  to,
  atMs: 0,
  detail: {},
});
const told = (type: string, data: object): Message => ({
  id: 'x',
  type,
  subject: 'o1',
  correlationId: 'o1',
  causationId: null,
  time: '1970-01-01T00:00:00.000Z',
  version: 1,
  data,
});

t.test('a commit leaves one row, whatever it moved', (t) => {
  const rows = tallyRows({
    log: [
      step('m1', 'payment.failed', 'awaitingPayment', 'cancelled'),
      step('m2', 'payment.failed', 'awaitingPayment', 'cancelled'),
      step('m3', 'shipping.progressed', 'shipped', 'shipped'),
    ],
    sent: new Map([
      [3, [told('order.cancelled', { totalCents: 500, reason: 'declined', refundedCents: 0 })]],
      [7, [told('order.cancelled', { totalCents: 700, reason: 'I changed my mind!', refundedCents: 700 })]],
    ]),
  });
  t.same(rows, [
    {
      table: 'order_tally',
      row: {
        id: 'm1',
        at: '1970-01-01T00:00:00.000Z',
        counts: {
          'handled:payment.failed': [2, 0],
          'moved:awaitingPayment>cancelled': [2, 0],
          'handled:shipping.progressed': [1, 0],
          'told:order.cancelled': [2, 1_200],
          'cancelled:declined': [1, 0],
          'cancelled:other': [1, 700],
        },
      },
    },
  ]);
  t.same(tallyRows({ log: [], sent: new Map() }), [], 'nothing moved, nothing is written');
  t.end();
});

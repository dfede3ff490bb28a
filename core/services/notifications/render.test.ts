import t from 'tap';
import type { Message } from '../../kernel/message.ts';
import { notificationId, type NotifyingMessage } from './notification.ts';
import { render } from './render.ts';

const facts = {
  orderId: 'o-1',
  userId: 'ann',
  email: 'ann@example.org',
  customerName: 'Ann',
  totalCents: 123_456,
  currency: 'USD',
};
const told = (type: NotifyingMessage['type'], data: object) => {
  const message: Message = {
    id: `m/${type}`,
    type,
    subject: 'o-1',
    correlationId: 'o-1',
    causationId: null,
    time: '2026-01-05T00:00:00.000Z',
    version: 1,
    data,
  };
  return render(message as NotifyingMessage);
};

t.test('amounts are written as people write them', (t) => {
  t.match(told('order.confirmed', facts)[0]?.text, /\$1,234\.56/);
  t.match(told('order.confirmed', { ...facts, currency: 'JPY' })[0]?.text, /¥123,456/);
  t.end();
});

t.test('a cancellation gives its reason and what was refunded', (t) => {
  const [unpaid] = told('order.cancelled', { ...facts, reason: 'out_of_stock', refundedCents: 0 });
  t.match(unpaid?.text, /out of stock/);
  t.match(unpaid?.text, /not been charged/);
  const [paid] = told('order.cancelled', { ...facts, reason: 'constructor', refundedCents: 500 });
  t.match(paid?.text, /constructor/);
  t.match(paid?.text, /refunded \$5\.00/);
  t.end();
});

t.test('a failure is told without alarming detail', (t) => {
  const [letter] = told('order.failed', { ...facts, reason: 'refund_failed', unsettled: ['refund'] });
  t.match(letter?.subject, /could not complete/);
  t.notMatch(letter?.text, /refund_failed/);
  t.end();
});

t.test('a subject is one line, whatever the names in it say', (t) => {
  const [letter] = told('order.confirmed', { ...facts, orderId: 'o-1\r\nBcc: x@example.org' });
  t.notMatch(letter?.subject, /[\r\n]/);
  const [asked] = told('notification.requested', {
    userId: 'ann',
    email: 'ann@example.org',
    channel: 'sms',
    subject: 'Too\u2028late',
    text: 'gone',
  });
  t.match(asked, { subject: 'Too late', recipient: 'ann', channel: 'sms', orderId: null });
  t.end();
});

t.test('ids derive from message and channel, and fit', (t) => {
  t.equal(notificationId('m', 'email'), notificationId('m', 'email'));
  t.not(notificationId('m', 'email'), notificationId('m', 'sms'));
  const many = Array.from({ length: 5_000 }, (_, index) =>
    notificationId(`order/${String(index)}/3/0`, 'email'),
  );
  t.equal(new Set(many).size, many.length);
  t.match(notificationId('x'.repeat(200), 'email'), /^n-[0-9a-f]{32}$/);
  t.end();
});

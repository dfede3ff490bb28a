import t from 'tap';
import { DEAD_LETTER_ID } from '../../engine/topology.ts';
import { lettersIn } from './letter-in.ts';

const NOW = '2026-01-02T03:04:05.000Z';
const read = (messages: readonly unknown[], headers: Parameters<typeof lettersIn>[1]['headers']) =>
  lettersIn('payments', { messages, headers, attempts: 0 }, NOW, (text) => `hash of ${text}`);

t.test('a letter of ours keeps what it says, and its id', (t) => {
  const letter = {
    service: 'orders',
    queue: 'payments',
    message: { id: 'a' },
    code: 'bad_data',
    reason: 'no amount',
    attempts: 1,
    headers: {},
    diedAt: NOW,
  };
  t.same(read([letter], { [DEAD_LETTER_ID]: 'l-1' }), [{ ...letter, service: 'payments', id: 'l-1' }]);
  const [older] = read([letter], {});
  t.equal(older?.id, read([letter], {})[0]?.id, 'without an id it has the same one each time it is read');
  t.end();
});

t.test('what the broker put aside itself is a letter per message, with the queue it came from', (t) => {
  const headers = { 'x-death': [{ queue: 'payments', reason: 'delivery_limit', count: 1 }] };
  const letters = read([{ id: 'a' }, { id: 'b' }], headers);
  t.match(letters, [
    { queue: 'payments', code: 'broker_delivery_limit', message: { id: 'a' }, diedAt: NOW },
    { queue: 'payments', code: 'broker_delivery_limit', message: { id: 'b' }, diedAt: NOW },
  ]);
  t.not(letters[0]?.id, letters[1]?.id);
  t.end();
});

t.test('anything else is shown as it is', (t) => {
  t.match(read([{ hello: 'world' }], {}), [{ code: 'foreign', queue: '', message: { hello: 'world' } }]);
  t.match(
    lettersIn('payments', { messages: [], unreadable: 'no JSON', headers: {}, attempts: 0 }, NOW, () => 'h'),
    [{ code: 'foreign', message: 'no JSON', id: 'h' }],
  );
  t.end();
});

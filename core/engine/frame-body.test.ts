import t from 'tap';
import { readFrameBody } from './frame-body.ts';

await t.test('an array is a frame, anything else one message', (t) => {
  t.same(readFrameBody('[{"id":"a"},{"id":"b"}]'), { messages: [{ id: 'a' }, { id: 'b' }] });
  t.same(readFrameBody('{"id":"a"}'), { messages: [{ id: 'a' }] });
  t.same(readFrameBody('[]'), { messages: [] });
  t.end();
});

await t.test('what is no JSON is kept as text, cut', (t) => {
  t.same(readFrameBody(''), { messages: [], unreadable: '' });
  t.equal(readFrameBody('x'.repeat(20_000)).unreadable?.length, 10_000);
  t.end();
});

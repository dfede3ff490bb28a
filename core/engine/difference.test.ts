import t from 'tap';
import { completed, difference } from './difference.ts';

const usual = { name: 'door', bell: { rings: 0, sound: null, maker: { town: 'Delft' } }, keys: null };

t.test('what is as usual is left out, at any depth', (t) => {
  t.strictSame(difference(structuredClone(usual), usual), {});
  const rung = { ...usual, bell: { ...usual.bell, rings: 2 } };
  t.strictSame(difference(rung, usual), { bell: { rings: 2 } });
  t.end();
});

t.test('whatever differs, the difference completes to the whole again', (t) => {
  const bells = [usual.bell, null, { ...usual.bell, sound: { loud: true } }, { ...usual.bell, maker: null }];
  const keys = [null, [], ['front', null], { front: 1 }, {}, false, 0, ''];
  for (const bell of bells) {
    for (const held of keys) {
      const whole = { name: 'gate', bell, keys: held, nobodyElseHas: { it: 1 } };
      const stored = JSON.parse(JSON.stringify(difference(whole, usual))) as Record<string, unknown>;
      t.strictSame(completed(stored, usual), whole);
      t.strictSame(completed(whole, usual), whole, 'a whole that leaves nothing out is complete');
    }
  }
  t.end();
});

t.test('neither what is usual nor what is given is changed', (t) => {
  const before = structuredClone(usual);
  const whole = { ...usual, bell: { ...usual.bell, rings: 1 } };
  completed(difference(whole, usual), usual);
  t.strictSame(usual, before);
  t.equal(whole.bell.rings, 1);
  t.end();
});

import { setTimeout as delay } from 'node:timers/promises';
import type { Test } from 'tap';
import type { TransientState } from '../../core/services/transient.ts';

const limits = { amountMax: 999, fieldsMax: 3, ttlMs: 60_000 };

/** What every adapter of short-lived state must do. `key` makes keys that no other test uses. */
export async function transientContract(
  t: Test,
  state: TransientState,
  key: (name: string) => string,
): Promise<void> {
  await t.test('amounts add up by field, in the order in which the fields came', async (t) => {
    const cart = key('adds');
    t.same([...(await state.readAmounts(cart))], [], 'nothing at first');
    t.same(await state.addAmount(cart, 'b', 2, limits), { outcome: 'changed', amount: 2 });
    t.same(await state.addAmount(cart, 'a', 1, limits), { outcome: 'changed', amount: 1 });
    t.same(await state.addAmount(cart, 'b', 3, limits), { outcome: 'changed', amount: 5 });
    t.same(
      [...(await state.readAmounts(cart))],
      [
        ['b', 5],
        ['a', 1],
      ],
    );
  });

  await t.test('what would break a limit changes nothing', async (t) => {
    const cart = key('limits');
    await state.addAmount(cart, 'a', 998, limits);
    t.same(await state.addAmount(cart, 'a', 2, limits), { outcome: 'too_large' });
    await state.addAmount(cart, 'b', 1, limits);
    await state.addAmount(cart, 'c', 1, limits);
    t.same(await state.addAmount(cart, 'd', 1, limits), { outcome: 'too_many_fields' });
    t.same(
      await state.addAmount(cart, 'a', 1, limits),
      { outcome: 'changed', amount: 999 },
      'a full one still adds',
    );
    t.same(
      [...(await state.readAmounts(cart))],
      [
        ['a', 999],
        ['b', 1],
        ['c', 1],
      ],
    );
  });

  await t.test('additions at the same time are all counted', async (t) => {
    const cart = key('parallel');
    await Promise.all(Array.from({ length: 50 }, () => state.addAmount(cart, 'a', 1, limits)));
    t.equal((await state.readAmounts(cart)).get('a'), 50);
  });

  await t.test('only a field that is there is replaced or removed', async (t) => {
    const cart = key('replace');
    t.equal(await state.replaceAmount(cart, 'a', 5, 60_000), false);
    t.equal(await state.removeAmount(cart, 'a'), false);
    await state.addAmount(cart, 'a', 1, limits);
    t.equal(await state.replaceAmount(cart, 'a', 5, 60_000), true);
    t.equal((await state.readAmounts(cart)).get('a'), 5);
    t.equal(await state.removeAmount(cart, 'a'), true);
    t.equal((await state.readAmounts(cart)).size, 0);
  });

  await t.test('amounts go when their time is over', async (t) => {
    const cart = key('ttl');
    await state.addAmount(cart, 'a', 1, { ...limits, ttlMs: 40 });
    await delay(80);
    t.equal((await state.readAmounts(cart)).size, 0);
  });

  await t.test('a subtraction happens once, and leaves what came since', async (t) => {
    const cart = key('subtract');
    const once = key('once');
    await state.addAmount(cart, 'a', 2, limits);
    await state.addAmount(cart, 'b', 5, limits);
    const bought = new Map([
      ['a', 2],
      ['b', 1],
      ['never there', 4],
    ]);
    t.equal(await state.subtractAmounts(cart, bought, once, 60_000), true);
    t.same([...(await state.readAmounts(cart))], [['b', 4]]);
    t.equal(await state.subtractAmounts(cart, bought, once, 60_000), false);
    t.same([...(await state.readAmounts(cart))], [['b', 4]]);
  });

  await t.test('merging adds up within the limits and leaves nothing behind', async (t) => {
    const guest = key('guest');
    const user = key('user');
    for (const field of ['a', 'b', 'c']) await state.addAmount(guest, field, 600, limits);
    await state.addAmount(user, 'a', 600, limits);
    await state.addAmount(user, 'z', 1, limits);
    await state.mergeAmounts(guest, user, limits);
    t.same(
      [...(await state.readAmounts(user))],
      [
        ['a', 999],
        ['z', 1],
        ['b', 600],
      ],
      'cut to the largest amount, and to the number of fields',
    );
    t.equal((await state.readAmounts(guest)).size, 0);
    await state.mergeAmounts(guest, user, limits);
    t.equal((await state.readAmounts(user)).size, 3, 'merging nothing changes nothing');
  });

  await t.test('a window gives as many turns as its limit, then says when the next is free', async (t) => {
    const window = key('window');
    t.equal((await state.takeTurn(window, 2, 60_000)).allowed, true);
    t.equal((await state.takeTurn(window, 2, 60_000)).allowed, true);
    const refused = await state.takeTurn(window, 2, 60_000);
    if (refused.allowed) return t.fail('a third turn was given');
    t.ok(refused.retryAfterMs > 58_000 && refused.retryAfterMs <= 60_000, String(refused.retryAfterMs));
    t.equal((await state.takeTurn(key('another window'), 2, 60_000)).allowed, true, 'keys do not share');
  });

  await t.test('turns taken at the same time never exceed the limit', async (t) => {
    const window = key('burst');
    const turns = await Promise.all(Array.from({ length: 30 }, () => state.takeTurn(window, 7, 60_000)));
    t.equal(turns.filter((turn) => turn.allowed).length, 7);
  });

  await t.test('the window slides: a turn is free again when the oldest has passed', async (t) => {
    const window = key('slides');
    // Long enough that a busy machine is not late by half of it.
    const turn = () => state.takeTurn(window, 2, 3_000);
    await turn();
    await delay(1_600);
    await turn();
    t.equal((await turn()).allowed, false);
    await delay(1_450);
    t.equal((await turn()).allowed, true, 'the first has passed');
    t.equal((await turn()).allowed, false, 'the second has not');
  });

  await t.test('a turn given back is free again', async (t) => {
    const window = key('back');
    const turn = await state.takeTurn(window, 1, 60_000);
    if (!turn.allowed) return t.fail('the first turn was refused');
    await state.giveBack(window, 'no such ticket');
    t.equal((await state.takeTurn(window, 1, 60_000)).allowed, false);
    await state.giveBack(window, turn.ticket);
    t.equal((await state.takeTurn(window, 1, 60_000)).allowed, true);
  });

  await t.test('a counter counts until its time is over, however often it is counted', async (t) => {
    const counter = key('counter');
    t.equal(await state.increment(counter, 1, 2_000), 1);
    await delay(1_000);
    t.equal(await state.increment(counter, 2, 2_000), 3);
    await delay(1_050);
    t.equal(await state.increment(counter, 1, 2_000), 1, 'started anew');
  });

  await t.test('it answers a ping', async () => {
    await state.ping();
  });
}

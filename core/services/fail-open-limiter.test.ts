import t from 'tap';
import { OrreryError } from '../kernel/errors.ts';
import { FailOpenLimiter } from './fail-open-limiter.ts';
import { LocalWindows } from './local-windows.ts';
import type { Limiter } from './transient.ts';

const gone: Limiter = {
  takeTurn: () => Promise.reject(new OrreryError('transient_unavailable', 'gone', { retryable: true })),
  giveBack: () => Promise.reject(new OrreryError('transient_unavailable', 'gone', { retryable: true })),
};

await t.test('while the shared limiter is gone the limit is kept in this process', async (t) => {
  const warnings: string[] = [];
  const logger = {
    debug: () => undefined,
    info: () => undefined,
    warn: (_fields: object, text: string) => warnings.push(text),
    error: () => undefined,
  };
  let now = 0;
  const limiter = new FailOpenLimiter(gone, new LocalWindows(() => now), () => now, logger);
  const turn = await limiter.takeTurn('ada', 1, 1_000);
  t.match(turn, { allowed: true });
  t.same(await limiter.takeTurn('ada', 1, 1_000), { allowed: false, retryAfterMs: 1_000 });
  if (turn.allowed) await limiter.giveBack('ada', turn.ticket);
  t.match(
    await limiter.takeTurn('ada', 1, 1_000),
    { allowed: true },
    'a local turn goes back to the local window',
  );
  now = 500;
  t.same(await limiter.takeTurn('ada', 1, 1_000), { allowed: false, retryAfterMs: 500 });
  t.equal(warnings.length, 1, 'told once, not per request');
});

await t.test(
  'turns of the shared limiter are given back to it, and its loss in between is no error',
  async (t) => {
    const returned: string[] = [];
    const shared: Limiter = {
      takeTurn: () => Promise.resolve({ allowed: true, ticket: 'shared 1' }),
      giveBack: (_key, ticket) => {
        returned.push(ticket);
        return gone.giveBack('', '');
      },
    };
    const limiter = new FailOpenLimiter(shared, new LocalWindows(Date.now), Date.now, {
      debug: () => undefined,
      info: () => undefined,
      warn: () => undefined,
      error: () => undefined,
    });
    t.same(await limiter.takeTurn('ada', 1, 1_000), { allowed: true, ticket: 'shared 1' });
    await limiter.giveBack('ada', 'shared 1');
    t.same(returned, ['shared 1']);
  },
);

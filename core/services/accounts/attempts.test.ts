import t from 'tap';
import { OrreryError } from '../../kernel/errors.ts';
import { LocalWindows } from '../local-windows.ts';
import { Attempts, signInWindows, TooManyAttempts } from './attempts.ts';

const REFUSAL = { code: 'login_limit', message: 'too many' };
const wrong = () => Promise.reject(new OrreryError('bad_credentials', 'wrong'));

/** Tries from ever new IPs until a try has to wait; resolves with how many were let in and the wait in seconds. */
async function tryUntilRefused(attempts: Attempts, ips: Iterator<string, string>) {
  for (let letIn = 0; ; letIn += 1) {
    const windows = signInWindows('ada@example.com', ips.next().value, false);
    try {
      await attempts.prove(windows, REFUSAL, wrong);
    } catch (error) {
      if (error instanceof TooManyAttempts)
        return { letIn, waitSeconds: Math.ceil(error.retryAfterMs / 1_000) };
    }
  }
}

function* freshIps(): Generator<string, string> {
  for (let count = 0; ; count += 1) yield `192.0.2.${String(count)}`;
}

t.test(
  'who tries passwords from everywhere waits twice as long each time, up to a quarter of an hour',
  async (t) => {
    let nowMs = 0;
    const attempts = new Attempts(new LocalWindows(() => nowMs));
    const ips = freshIps();
    const seen: { letIn: number; waitSeconds: number }[] = [];
    while (nowMs < 900_000) {
      const outcome = await tryUntilRefused(attempts, ips);
      seen.push(outcome);
      nowMs += outcome.waitSeconds * 1_000;
    }
    t.same(
      seen.map(({ letIn }) => letIn),
      [10, 1, 1, 1, 1, 1],
    );
    t.same(
      seen.map(({ waitSeconds }) => waitSeconds),
      [15, 30, 60, 120, 240, 435],
    );
  },
);

t.test('a live session of the account itself does not wait for what others do', async (t) => {
  const attempts = new Attempts(new LocalWindows(() => 0));
  await tryUntilRefused(attempts, freshIps());
  const right = () => Promise.resolve('in');
  const windowsOf = (trusted: boolean) => signInWindows('ada@example.com', '198.51.100.1', trusted);
  t.equal(await attempts.prove(windowsOf(true), REFUSAL, right), 'in');
  await t.rejects(attempts.prove(windowsOf(false), REFUSAL, right), { code: 'login_limit' });
});

t.test('only wrong passwords count, and in all windows or in none', async (t) => {
  const attempts = new Attempts(new LocalWindows(() => 0));
  const one = [{ key: 'a', limit: 1, windowMs: 1_000 }];
  const both = [...one, { key: 'b', limit: 1, windowMs: 5_000 }];
  await attempts.prove(both, REFUSAL, () => Promise.resolve());
  const away = () => Promise.reject(new OrreryError('store_unavailable', 'away', { retryable: true }));
  await t.rejects(attempts.prove(both, REFUSAL, away), { code: 'store_unavailable' });
  await t.rejects(attempts.prove(one, REFUSAL, wrong), { code: 'bad_credentials' });
  await t.rejects(attempts.prove(both, REFUSAL, wrong), { code: 'login_limit', retryAfterMs: 1_000 });
  await t.rejects(
    attempts.prove([{ key: 'b', limit: 1, windowMs: 5_000 }], REFUSAL, wrong),
    { code: 'bad_credentials' },
    'the refused one did not count here',
  );
});

t.test('without a limiter nobody waits', async (t) => {
  const attempts = new Attempts(undefined);
  for (let count = 0; count < 50; count += 1) {
    const windows = signInWindows('ada@example.com', '192.0.2.1', false);
    await t.rejects(attempts.prove(windows, REFUSAL, wrong), { code: 'bad_credentials' });
  }
});

import t from 'tap';
import { silentLogger } from '../../core/kernel/logger.ts';
import { OrreryError } from '../../core/kernel/errors.ts';
import { AccountService } from '../../core/services/accounts/accounts.ts';
import { personalDataOf } from '../../core/services/accounts/personal-data.ts';
import { argon2Hasher, newPassword } from './passwords.ts';
import { ADDRESS, type Rig, SECRET, withGateway } from './testing.ts';
import { createTokenSigner } from './tokens.ts';

const close = (rig: Rig, token: string, body: unknown = { currentPassword: 'a long password' }) =>
  rig.call('DELETE', '/api/auth/me', { token, body });

await t.test('closing an account', async (t) => {
  await withGateway({}, async (rig) => {
    await t.test('needs the password', async (t) => {
      const { token } = await rig.signIn();
      const wrong = await close(rig, token, { currentPassword: 'wrong' });
      t.equal(wrong.statusCode, 401);
      t.match(wrong.json(), { code: 'bad_credentials' });
      for (const body of [{}, { currentPassword: 7 }]) {
        t.match((await close(rig, token, body)).json(), {
          status: 400,
          errors: [{ path: 'currentPassword' }],
        });
      }
      t.equal((await rig.call('DELETE', '/api/auth/me', { token })).statusCode, 400, 'no body at all');
      t.equal((await rig.call('DELETE', '/api/auth/me')).statusCode, 401);
      t.same(rig.forgotten, []);
      t.equal((await rig.call('GET', '/api/auth/me', { token })).statusCode, 200);
    });

    await t.test('leaves nothing but an id; the address is free again', async (t) => {
      const { token, user } = await rig.signIn();
      const other = await rig.accounts.login({ email: user.email, password: 'a long password' });
      await rig.call('POST', '/api/auth/addresses', { token, body: ADDRESS });
      await rig.call('POST', '/api/auth/forgot-password', { body: { email: user.email } });
      await rig.resets.settled();
      const resetToken = /[\w-]{43}/.exec(rig.letters.at(-1)?.text ?? '')?.[0];
      const answer = await close(rig, token);
      t.equal(answer.statusCode, 204, answer.body);
      t.match(answer.cookies, [{ name: '__Host-orrery-session', value: '' }]);
      t.same(rig.forgotten, [user.id], 'other services were told');
      for (const gone of [token, other.token]) {
        t.equal((await rig.call('GET', '/api/auth/me', { token: gone })).statusCode, 401);
      }
      const login = { email: user.email, password: 'a long password' };
      t.equal((await rig.call('POST', '/api/auth/login', { body: login })).statusCode, 401);
      const ghost = { email: `deleted:${user.id}`, password: 'a long password' };
      t.equal((await rig.call('POST', '/api/auth/login', { body: ghost })).statusCode, 401);
      const reset = { token: resetToken, password: 'a new password' };
      t.match((await rig.call('POST', '/api/auth/reset-password', { body: reset })).json(), {
        code: 'reset_token_invalid',
      });
      const letters = rig.letters.length;
      await rig.call('POST', '/api/auth/forgot-password', { body: { email: user.email } });
      await rig.resets.settled();
      t.equal(rig.letters.length, letters, 'nobody is written to');
      t.same(await rig.database.query('SELECT id FROM accounts.addresses'), []);
      const left = await rig.database.query('SELECT name, email FROM accounts.users WHERE id = $1', [
        user.id,
      ]);
      t.same(left, [{ name: 'Deleted account', email: `deleted:${user.id}` }]);
      const again = { name: 'Ada', email: user.email, password: 'a long password' };
      t.equal((await rig.call('POST', '/api/auth/register', { body: again })).statusCode, 201);
    });

    await t.test('is not for the last admin', async (t) => {
      const first = await rig.signIn('admin');
      const forgotten = rig.forgotten.length;
      const refused = await close(rig, first.token);
      t.equal(refused.statusCode, 409);
      t.match(refused.json(), { code: 'last_admin' });
      t.equal(rig.forgotten.length, forgotten, 'and nothing was forgotten');
      const second = await rig.signIn('admin');
      t.equal((await close(rig, first.token)).statusCode, 204);
      t.equal((await close(rig, second.token)).statusCode, 409);
    });

    await t.test('stops where other services could not forget, and can be done again', async (t) => {
      let away = true;
      const asked: string[] = [];
      const accounts = await AccountService.open({
        logger: silentLogger,
        store: rig.accountStore,
        hasher: argon2Hasher,
        signer: createTokenSigner(SECRET),
        personalData: personalDataOf([
          (userId) => Promise.resolve(void asked.push(userId)),
          () => (away ? Promise.reject(new Error('away')) : Promise.resolve()),
        ]),
        now: Date.now,
        newId: () => 'unused',
        newPassword,
      });
      const { token, user } = await rig.signIn();
      const identity = await accounts.authenticate(token);
      if (identity === undefined) throw new Error('signed in');
      await t.rejects(accounts.closeAccount(identity, 'a long password'), { message: 'away' });
      t.match(await rig.accountStore.findById(user.id), { email: user.email }, 'the account is as it was');
      away = false;
      await accounts.closeAccount(identity, 'a long password');
      t.same(asked, [user.id, user.id]);
      t.equal(await accounts.authenticate(token), undefined);
    });
  });
});

await t.test('a closed account is forgotten again until nothing can come any more', async (t) => {
  await withGateway({}, async (rig) => {
    const closedFor = (userId: string, interval: string) =>
      rig.database.query(`UPDATE accounts.users SET closed_at = now() - $2::interval WHERE id = $1`, [
        userId,
        interval,
      ]);
    const look = async () => {
      rig.forgotten.length = 0;
      await rig.accounts.forgetClosed();
      return [...rig.forgotten];
    };
    const { token, user } = await rig.signIn();
    await rig.signIn();
    t.equal((await close(rig, token)).statusCode, 204);
    t.same(await look(), [], 'what was under way gets a moment');
    await closedFor(user.id, '2 minutes');
    t.same(await look(), [user.id]);
    t.same(await look(), [user.id]);
    await closedFor(user.id, '25 hours');
    rig.refusals.push(new OrreryError('orders_under_way', 'an order of another process'));
    t.same(await look(), [user.id]);
    t.same(await look(), [user.id], 'and once more when that order has ended');
    t.same(await look(), [], 'then it is settled');
  });
});

await t.test('passwords can not be tried with a stolen session', async (t) => {
  const settings = { rateLimitPerMinute: 1_000, checkoutLimitPerMinute: 0 };
  await withGateway({ settings }, async (rig) => {
    const { token } = await rig.signIn();
    const patch = (currentPassword: string) =>
      rig.call('PATCH', '/api/auth/me', { token, body: { password: 'another password', currentPassword } });
    for (let count = 0; count < 5; count += 1) {
      t.equal((await patch('wrong')).statusCode, 401);
      t.equal((await close(rig, token, { currentPassword: 'wrong' })).statusCode, 401);
    }
    t.equal((await patch('a long password')).statusCode, 429);
    const refused = await close(rig, token);
    t.match(refused.json(), { status: 429, code: 'login_limit' });
    t.ok(Number(refused.headers['retry-after']) >= 1);
    t.equal((await rig.call('GET', '/api/auth/me', { token })).statusCode, 200, 'the session goes on');
  });
});

await t.test('passwords tried from everywhere make strangers wait, not who is signed in', async (t) => {
  const settings = { rateLimitPerMinute: 1_000, checkoutLimitPerMinute: 0 };
  await withGateway({ settings }, async (rig) => {
    const { token, user } = await rig.signIn();
    const login = (email: string, ip: string, password: string, by?: string) =>
      rig.call('POST', '/api/auth/login', {
        body: { email, password },
        headers: { 'x-forwarded-for': ip },
        ...(by === undefined ? {} : { token: by }),
      });
    const outcomes: unknown[] = [];
    for (const email of [user.email, 'nobody@example.com']) {
      const statuses: number[] = [];
      for (let count = 0; count < 10; count += 1) {
        statuses.push((await login(email, `192.0.2.${String(count)}`, 'wrong')).statusCode);
      }
      const refused = await login(email, '192.0.2.99', 'a long password');
      outcomes.push([statuses, refused.json(), Number(refused.headers['retry-after']) > 10]);
    }
    t.same(outcomes[0], outcomes[1], 'known or not');
    t.match(outcomes[0], [Array.from({ length: 10 }, () => 401), { status: 429, code: 'login_limit' }, true]);
    t.equal((await rig.call('GET', '/api/auth/me', { token })).statusCode, 200);
    t.equal((await login(user.email, '192.0.2.99', 'a long password', token)).statusCode, 200);
    const other = await rig.signIn();
    const elsewhere = await login(user.email, '192.0.2.99', 'a long password', other.token);
    t.equal(elsewhere.statusCode, 429, "another account's session helps nobody");
  });
});

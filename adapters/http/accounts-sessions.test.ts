import t from 'tap';
import type { Session } from '../../core/services/accounts/ports.ts';
import { type Rig, withGateway } from './testing.ts';

const FIREFOX = 'Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0';

/** Signs in once more, from another device. */
async function signInAgain(rig: Rig, email: string, userAgent: string) {
  const answer = await rig.call('POST', '/api/auth/login', {
    body: { email, password: 'a long password' },
    headers: { 'user-agent': userAgent },
  });
  const cookie = answer.cookies.map(({ name, value }) => `${name}=${value}`).join('; ');
  return { token: answer.json<{ token: string }>().token, cookie };
}

const list = async (rig: Rig, token: string) =>
  (await rig.call('GET', '/api/auth/sessions', { token })).json<{ items: Session[] }>().items;
const statusOf = async (rig: Rig, token: string) =>
  (await rig.call('GET', '/api/auth/me', { token })).statusCode;

await t.test('sessions', async (t) => {
  let now = Date.now();
  await withGateway({ now: () => now }, async (rig) => {
    await t.test('are listed with their devices, the newest first', async (t) => {
      const { token, user } = await rig.signIn();
      await signInAgain(rig, user.email, FIREFOX);
      await signInAgain(rig, user.email, '<script>alert(1)</script>');
      const items = await list(rig, token);
      t.match(items, [
        { device: 'Unknown device', current: false },
        { device: 'Firefox on Linux', current: false, createdAt: /Z$/, expiresAt: /Z$/ },
        { device: 'Unknown device', current: true },
      ]);
      t.same(Object.keys(items[0] ?? {}).sort(), ['createdAt', 'current', 'device', 'expiresAt', 'id']);
      t.equal((await rig.call('GET', '/api/auth/sessions')).statusCode, 401);
    });

    await t.test('tell when they were last seen, once they have been in use for a while', async (t) => {
      const { token, user } = await rig.signIn();
      await rig.database.query(
        "UPDATE accounts.sessions SET created_at = now() - interval '1 hour' WHERE user_id = $1",
        [user.id],
      );
      now += 5_000;
      await list(rig, token);
      const seen = async () => (await list(rig, token))[0]?.lastSeenAt;
      for (let tries = 0; tries < 50 && (await seen()) === undefined; tries += 1);
      t.match(await seen(), /^\d{4}-.*Z$/);
    });

    await t.test('can be ended one by one, by their owner alone', async (t) => {
      const { token, user } = await rig.signIn();
      const other = await signInAgain(rig, user.email, FIREFOX);
      const stranger = await rig.signIn();
      const id = (await list(rig, token)).find(({ current }) => !current)?.id ?? '';
      const end = (by: string) => rig.call('DELETE', `/api/auth/sessions/${id}`, { token: by });
      const refused = await end(stranger.token);
      t.equal(refused.statusCode, 404);
      t.match(refused.json(), { code: 'unknown_session' });
      t.equal(await statusOf(rig, other.token), 200);
      t.equal((await end(token)).statusCode, 204);
      t.equal(await statusOf(rig, other.token), 401, 'at once in this process');
      t.equal(await statusOf(rig, token), 200);
      t.equal((await end(token)).statusCode, 404, 'there is none any more');
      t.equal((await rig.call('DELETE', `/api/auth/sessions/${'x'.repeat(101)}`, { token })).statusCode, 400);
    });

    await t.test('ending the one that asks clears the cookie', async (t) => {
      const { user } = await rig.signIn();
      const { token, cookie } = await signInAgain(rig, user.email, FIREFOX);
      const id = (await list(rig, token)).find(({ current }) => current)?.id ?? '';
      const headers = { cookie, 'sec-fetch-site': 'same-origin' };
      const answer = await rig.call('DELETE', `/api/auth/sessions/${id}`, { headers });
      t.equal(answer.statusCode, 204, answer.body);
      t.match(answer.cookies, [{ name: '__Host-orrery-session', value: '' }]);
      t.equal(await statusOf(rig, token), 401);
    });

    await t.test('all end at once on signing out everywhere', async (t) => {
      const { token, user } = await rig.signIn();
      const other = await signInAgain(rig, user.email, FIREFOX);
      const stranger = await rig.signIn();
      const headers = { cookie: other.cookie, 'sec-fetch-site': 'same-origin' };
      const answer = await rig.call('DELETE', '/api/auth/sessions', { headers });
      t.equal(answer.statusCode, 204, answer.body);
      t.match(answer.cookies, [{ name: '__Host-orrery-session', value: '' }]);
      t.equal(await statusOf(rig, token), 401);
      t.equal(await statusOf(rig, other.token), 401);
      t.equal(await statusOf(rig, stranger.token), 200);
    });

    await t.test('that another process ended end here within 5 s', async (t) => {
      const { token, user } = await rig.signIn();
      const [session] = await rig.accountStore.sessionsOf(user.id);
      await rig.accountStore.deleteSession(session?.id ?? '', user.id);
      now += 5_000;
      t.equal(await statusOf(rig, token), 401);
    });
  });
});

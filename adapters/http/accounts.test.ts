import { randomUUID } from 'node:crypto';
import type { LightMyRequestResponse } from 'fastify';
import t from 'tap';
import { silentLogger } from '../../core/kernel/logger.ts';
import { AccountService } from '../../core/services/accounts/accounts.ts';
import { personalDataOf } from '../../core/services/accounts/personal-data.ts';
import { withTestPglite } from '../embedded/testing.ts';
import { accountsMigrations } from '../postgres/accounts/schema.ts';
import { PostgresAccountStore } from '../postgres/accounts/store.ts';
import { migrate } from '../postgres/migrate.ts';
import { argon2Hasher, newPassword } from './passwords.ts';
import { type Rig, withGateway } from './testing.ts';
import { createTokenSigner } from './tokens.ts';

interface SignedInAnswer {
  readonly user: {
    readonly id: string;
    readonly name: string;
    readonly email: string;
    readonly role: string;
  };
  readonly token: string;
}

const PASSWORD = 'correct horse';
const register = (rig: Rig, email: string, headers = {}) =>
  rig.call('POST', '/api/auth/register', { body: { name: 'Ada', email, password: PASSWORD }, headers });
const cookieOf = (answer: LightMyRequestResponse, name: string) =>
  answer.cookies.find((cookie) => cookie.name === name);
const asCookie = (answer: LightMyRequestResponse) =>
  answer.cookies.map(({ name, value }) => `${name}=${value}`).join('; ');

await t.test('accounts', async (t) => {
  let now = Date.now();
  await withGateway({ now: () => now }, async (rig) => {
    await t.test('the domain of the demo is refused', async (t) => {
      const answer = await register(rig, 'somebody@Demo.invalid');
      t.equal(answer.statusCode, 400);
      t.match(answer.json(), { code: 'invalid_input', detail: /^email: / });
    });

    await t.test('registering answers with the user and a token, and signs in', async (t) => {
      const answer = await register(rig, ' Ada@Example.COM ');
      t.equal(answer.statusCode, 201, answer.body);
      const { user, token } = answer.json<SignedInAnswer>();
      t.match(user, { name: 'Ada', email: 'ada@example.com', role: 'customer' });
      t.same(Object.keys(user).sort(), ['email', 'id', 'name', 'role'], 'nothing else, no hash');
      t.same((await rig.call('GET', '/api/auth/me', { token })).json(), { user });
    });

    await t.test('a known address is a 409, however it is written', async (t) => {
      const answer = await register(rig, 'ADA@example.com');
      t.equal(answer.statusCode, 409);
      t.match(answer.json(), { code: 'email_taken' });
    });

    await t.test('logging in needs the right password; what is wrong is not told', async (t) => {
      const login = (email: string, password: string) =>
        rig.call('POST', '/api/auth/login', { body: { email, password } });
      const right = await login('ADA@example.com', PASSWORD);
      t.equal(right.statusCode, 200);
      t.match(right.json(), { user: { email: 'ada@example.com' }, token: String });
      const wrong = await login('ada@example.com', 'wrong horse');
      const unknown = await login('nobody@example.com', PASSWORD);
      t.equal(wrong.statusCode, 401);
      t.same(wrong.json(), unknown.json(), 'the same answer');
    });

    await t.test('roles cannot be asked for', async (t) => {
      const body = { name: 'Eve', email: 'eve@example.com', password: PASSWORD, role: 'admin' };
      const answer = await rig.call('POST', '/api/auth/register', { body });
      t.equal(answer.json<SignedInAnswer>().user.role, 'customer');
    });

    await t.test('bad input is named', async (t) => {
      const good = { name: 'Ada', email: 'new@example.com', password: PASSWORD };
      const wrong: [string, unknown][] = [
        ['name', { ...good, name: '' }],
        ['name', { ...good, name: 'x'.repeat(101) }],
        ['name', { ...good, name: 'a\u0000' }],
        ['name', { ...good, name: 7 }],
        ['email', { ...good, email: 'no address' }],
        ['email', { ...good, email: undefined }],
        ['email', { ...good, email: `${'x'.repeat(300)}@example.com` }],
        ['password', { ...good, password: 'short' }],
        ['password', { ...good, password: 'x'.repeat(201) }],
        ['password', { ...good, password: 12_345_678 }],
      ];
      for (const [path, body] of wrong) {
        const answer = await rig.call('POST', '/api/auth/register', { body });
        t.equal(answer.statusCode, 400, JSON.stringify(body).slice(0, 80));
        t.match(answer.json(), { errors: [{ path }] });
      }
    });

    await t.test('logging out ends the token at once', async (t) => {
      const { token } = await rig.signIn();
      t.equal((await rig.call('POST', '/api/auth/logout', { token })).statusCode, 204);
      t.equal((await rig.call('GET', '/api/auth/me', { token })).statusCode, 401);
      t.equal((await rig.call('POST', '/api/auth/logout', { token })).statusCode, 401);
    });

    await t.test('a session that another process ended ends here within 5 s', async (t) => {
      const { token, user } = await rig.signIn();
      t.equal((await rig.call('GET', '/api/auth/me', { token })).statusCode, 200);
      // Not known to the cache: as if another process had done it.
      await rig.accountStore.deleteSessionsOf(user.id);
      now += 5_000;
      t.equal((await rig.call('GET', '/api/auth/me', { token })).statusCode, 401);
    });

    await t.test('the profile can be changed, the password only by who knows it', async (t) => {
      const { token, user } = await rig.signIn();
      const other = (
        await rig.call('POST', '/api/auth/login', {
          body: { email: user.email, password: 'a long password' },
        })
      ).json<SignedInAnswer>();
      const patch = (body: unknown) => rig.call('PATCH', '/api/auth/me', { token, body });
      t.match((await patch({ name: 'Ada Lovelace' })).json(), {
        user: { id: user.id, name: 'Ada Lovelace' },
      });
      t.match((await rig.call('GET', '/api/auth/me', { token })).json(), { user: { name: 'Ada Lovelace' } });
      t.equal((await patch({})).statusCode, 400);
      t.match((await patch({ password: 'another password' })).json(), {
        errors: [{ path: 'currentPassword' }],
      });
      const wrong = await patch({ password: 'another password', currentPassword: 'wrong' });
      t.equal(wrong.statusCode, 401);
      const right = await patch({ password: 'another password', currentPassword: 'a long password' });
      t.equal(right.statusCode, 200);
      t.equal((await rig.call('GET', '/api/auth/me', { token })).statusCode, 200, 'this session goes on');
      t.equal((await rig.call('GET', '/api/auth/me', { token: other.token })).statusCode, 401, 'others end');
      const login = await rig.call('POST', '/api/auth/login', {
        body: { email: user.email, password: 'another password' },
      });
      t.equal(login.statusCode, 200);
    });

    await t.test('a token that is none is a 401, and the header must be a bearer', async (t) => {
      const { token } = await rig.signIn();
      for (const authorization of [
        'Bearer nonsense',
        'Bearer',
        `Basic ${token}`,
        token,
        `Bearer ${token}x`,
        `Bearer ${token} ${token}`,
      ]) {
        const answer = await rig.call('GET', '/api/auth/me', { headers: { authorization } });
        t.equal(answer.statusCode, 401, authorization.slice(0, 20));
        t.equal(answer.headers['www-authenticate'], 'Bearer');
      }
      t.equal((await rig.call('GET', '/api/auth/me')).statusCode, 401);
      t.equal(
        (await rig.call('GET', '/api/products', { headers: { authorization: 'Bearer nonsense' } }))
          .statusCode,
        401,
        'also where guests are welcome',
      );
    });

    await t.test(
      'the cookie of the UI works for reading, and for changes from our own pages only',
      async (t) => {
        const answer = await register(rig, 'cookie@example.com');
        const session = cookieOf(answer, '__Host-orrery-session');
        t.match(session, { httpOnly: true, secure: true, sameSite: 'Lax', path: '/' });
        const cookie = asCookie(answer);
        const add = (headers: Record<string, string>) =>
          rig.call('POST', '/api/cart/add', {
            body: { productId: 'p1', quantity: 1 },
            headers: { cookie, ...headers },
          });
        t.equal((await rig.call('GET', '/api/auth/me', { headers: { cookie } })).statusCode, 200);
        t.equal((await add({})).statusCode, 403, 'nothing says where it comes from');
        t.equal((await add({ origin: 'https://evil.example' })).statusCode, 403);
        t.equal((await add({ origin: 'null' })).statusCode, 403);
        t.equal((await add({ 'sec-fetch-site': 'cross-site' })).statusCode, 403);
        t.equal(
          (await add({ 'sec-fetch-site': 'same-site', origin: 'http://localhost:80' })).statusCode,
          403,
        );
        t.equal((await add({ origin: 'http://localhost:80' })).statusCode, 200);
        t.equal((await add({ 'sec-fetch-site': 'same-origin' })).statusCode, 200);
        const token = answer.json<SignedInAnswer>().token;
        t.equal(
          (await add({ authorization: `Bearer ${token}`, origin: 'https://evil.example' })).statusCode,
          200,
          'a token in a header is never sent by a browser on its own',
        );
        const login = await rig.call('POST', '/api/auth/login', {
          body: { email: 'cookie@example.com', password: PASSWORD },
          headers: { origin: 'https://evil.example' },
        });
        t.equal(login.statusCode, 403, 'nobody is signed in by another site');
      },
    );

    await t.test(
      'over plain http elsewhere, and in WebKit, cookies are the best the browser keeps',
      async (t) => {
        const safari =
          'Mozilla/5.0 (Macintosh) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Safari/605.1.15';
        const chrome = 'Mozilla/5.0 (X11) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36';
        const cases: readonly [Record<string, string>, string][] = [
          [{ host: 'shop.example' }, 'orrery-session'],
          [{ host: 'localhost', 'x-forwarded-for': '192.0.2.7' }, 'orrery-session'],
          [{ host: 'localhost:8000', 'user-agent': safari }, 'orrery-session'],
          [{ host: '[::1]:8000', 'user-agent': chrome }, '__Host-orrery-session'],
        ];
        for (const [headers, name] of cases) {
          const answer = await register(rig, `${randomUUID()}@example.com`, headers);
          t.match(
            cookieOf(answer, name),
            { httpOnly: true, sameSite: 'Lax', path: '/' },
            JSON.stringify(headers),
          );
          t.equal(cookieOf(answer, name)?.secure === true, name.startsWith('__Host-'));
          const me = await rig.call('GET', '/api/auth/me', {
            headers: { ...headers, cookie: asCookie(answer) },
          });
          t.equal(me.statusCode, 200, 'and it is read where it was set');
        }
      },
    );

    await t.test('behind TLS cookies belong to this host alone', async (t) => {
      const answer = await register(rig, 'tls@example.com', { 'x-forwarded-proto': 'https' });
      t.match(cookieOf(answer, '__Host-orrery-session'), { secure: true, httpOnly: true, path: '/' });
      t.notOk(cookieOf(answer, '__Host-orrery-session')?.domain);
    });

    await t.test('logging out takes the cookie along, even when its session is over', async (t) => {
      const answer = await register(rig, 'out@example.com');
      const headers = { cookie: asCookie(answer), 'sec-fetch-site': 'same-origin' };
      const out = await rig.call('POST', '/api/auth/logout', { headers });
      t.equal(out.statusCode, 204);
      t.equal(cookieOf(out, '__Host-orrery-session')?.value, '');
      t.equal((await rig.call('GET', '/api/auth/me', { headers })).statusCode, 401);
      t.equal((await rig.call('POST', '/api/auth/logout', { headers })).statusCode, 204, 'again is no error');
    });

    await t.test("a guest's cart joins the shopper's on signing in", async (t) => {
      const first = await rig.call('POST', '/api/cart/add', { body: { productId: 'p1', quantity: 2 } });
      const cookie = asCookie(first);
      t.ok(cookieOf(first, '__Host-orrery-guest'));
      await rig.call('POST', '/api/cart/add', {
        body: { productId: 'p2', quantity: 1 },
        headers: { cookie },
      });
      const entered = await register(rig, 'guest@example.com', { cookie });
      const { token } = entered.json<SignedInAnswer>();
      t.equal(cookieOf(entered, '__Host-orrery-guest')?.value, '', 'no guest any more');
      t.match((await rig.call('GET', '/api/cart', { token })).json(), {
        items: [
          { productId: 'p1', quantity: 2 },
          { productId: 'p2', quantity: 1 },
        ],
        totalCents: 3_000,
      });
      t.match((await rig.call('GET', '/api/cart', { headers: { cookie } })).json(), { items: [] });
    });
  });
});

await t.test('ten accounts a minute from one address, unless limits are off', async (t) => {
  await withGateway({ settings: { rateLimitPerMinute: 1_000, checkoutLimitPerMinute: 0 } }, async (rig) => {
    const statuses: number[] = [];
    for (let count = 0; count < 11; count += 1) {
      statuses.push((await register(rig, `many${String(count)}@example.com`)).statusCode);
    }
    t.same(statuses, [...Array.from({ length: 10 }, () => 201), 429]);
    const refused = await register(rig, 'one-more@example.com');
    t.ok(Number(refused.headers['retry-after']) >= 1);
    const elsewhere = await register(rig, 'else@example.com', { 'x-forwarded-for': '192.0.2.7' });
    t.equal(elsewhere.statusCode, 201, 'behind the proxy it is another address');
    await t.test('and ten wrong passwords for one account', async (t) => {
      const login = (password: string) =>
        rig.call('POST', '/api/auth/login', { body: { email: 'many1@example.com', password } });
      for (let count = 0; count < 12; count += 1) t.equal((await login(PASSWORD)).statusCode, 200);
      for (let count = 0; count < 10; count += 1) t.equal((await login('wrong')).statusCode, 401);
      t.equal((await login(PASSWORD)).statusCode, 429);
    });
  });
  await withGateway({}, async (rig) => {
    for (let count = 0; count < 12; count += 1) {
      t.equal((await register(rig, `many${String(count)}@example.com`)).statusCode, 201);
    }
  });
});

await t.test('the first admin', async (t) => {
  await withTestPglite(async (database) => {
    await migrate(database, [accountsMigrations]);
    let ids = 0;
    const open = () =>
      AccountService.open({
        logger: silentLogger,
        store: new PostgresAccountStore(database),
        hasher: argon2Hasher,
        signer: createTokenSigner('secret'),
        personalData: personalDataOf([]),
        now: Date.now,
        newId: () => `id${String((ids += 1))}`,
        newPassword,
      });
    const accounts = await open();
    await t.test('is made once, and its password told once, whoever starts at the same time', async (t) => {
      const others = await Promise.all([open(), open(), open()]);
      const made = await Promise.all([accounts, ...others].map((process) => process.ensureAdmin({})));
      const told = made.filter(({ password }) => password !== undefined);
      t.equal(told.length, 1);
      t.same(await accounts.ensureAdmin({}), { email: 'admin@orrery.local' });
      const { user } = await accounts.login({
        email: 'admin@orrery.local',
        password: told[0]?.password ?? '',
      });
      t.equal(user.role, 'admin');
    });
    await t.test('is left alone by later starts with other settings', async (t) => {
      const answer = await accounts.ensureAdmin({ email: 'boss@example.com', password: 'another password' });
      t.same(answer, { email: 'admin@orrery.local' });
      await t.rejects(accounts.login({ email: 'boss@example.com', password: 'another password' }), {
        code: 'bad_credentials',
      });
    });
    await t.test('gets a new password by the operator, which ends its sessions', async (t) => {
      const reset = await accounts.resetAdmin({});
      t.equal(reset.email, 'admin@orrery.local');
      const { token } = await accounts.login(reset);
      t.ok(await accounts.authenticate(token));
      const again = await accounts.resetAdmin({ password: 'chosen password' });
      t.equal(again.password, 'chosen password');
      t.equal(await accounts.authenticate(token), undefined);
      await t.rejects(accounts.login(reset), { code: 'bad_credentials' });
      t.equal((await accounts.login(again)).user.role, 'admin');
    });
    await t.test('may be promoted from among the shoppers', async (t) => {
      await accounts.register({ name: 'Bob', email: 'bob@example.com', password: 'some password' });
      const made = await accounts.resetAdmin({ email: 'Bob@example.com' });
      t.equal((await accounts.login(made)).user.role, 'admin');
    });
  });
});

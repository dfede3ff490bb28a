import t from 'tap';
import { type CallOptions, type Rig, withGateway } from './testing.ts';

const ADDRESS = 'ada@example.com';
const LIMITS = { rateLimitPerMinute: 1_000, checkoutLimitPerMinute: 0 };

const forgot = (rig: Rig, email: unknown, headers: CallOptions['headers'] = {}) =>
  rig.call('POST', '/api/auth/forgot-password', { body: { email }, headers });
const reset = (rig: Rig, token: unknown, password: unknown = 'a new password') =>
  rig.call('POST', '/api/auth/reset-password', { body: { token, password } });
const login = (rig: Rig, password: string) =>
  rig.call('POST', '/api/auth/login', { body: { email: ADDRESS, password } });
const register = (rig: Rig) =>
  rig.call('POST', '/api/auth/register', {
    body: { name: 'Ada http://evil.example', email: ADDRESS, password: 'the old password' },
  });

/** The token of the newest letter, once it is written. */
async function letterToken(rig: Rig): Promise<string> {
  await rig.resets.settled();
  return /[\w-]{43}/.exec(rig.letters.at(-1)?.text ?? '')?.[0] ?? '';
}

await t.test('a forgotten password', async (t) => {
  await withGateway({}, async (rig) => {
    const { token: session } = (await register(rig)).json<{ token: string }>();

    await t.test('brings a letter with a link, to the address of an account only', async (t) => {
      const known = await forgot(rig, ' ADA@example.com ', { host: 'localhost:8000' });
      const unknown = await forgot(rig, 'nobody@example.com', { host: 'localhost:8000' });
      t.equal(known.statusCode, 202, known.body);
      t.equal(unknown.statusCode, 202);
      t.equal(known.body, unknown.body);
      const told = ({ headers }: typeof known) => Object.keys(headers).sort();
      t.same(told(known), told(unknown));
      const token = await letterToken(rig);
      t.equal(rig.letters.length, 1);
      t.match(rig.letters[0], { email: ADDRESS, subject: String, confidential: true });
      t.match(rig.letters[0]?.text, `http://localhost:8000/reset-password?token=${token}\n`);
      t.notMatch(rig.letters[0]?.text, 'evil', 'nothing in it that whoever registered could write');
    });

    await t.test('leaves only a digest of the token, and no token in the log', async (t) => {
      const token = await letterToken(rig);
      const rows = JSON.stringify(await rig.database.query('SELECT * FROM accounts.password_resets'));
      t.notMatch(rows, token);
      t.notMatch(rig.logLines.join(''), token);
    });

    await t.test('is set anew with the token, once; all sessions end', async (t) => {
      const token = await letterToken(rig);
      t.equal((await rig.call('GET', '/api/auth/me', { token: session })).statusCode, 200);
      const answer = await reset(rig, ` ${token} `);
      t.equal(answer.statusCode, 204, answer.body);
      t.equal((await rig.call('GET', '/api/auth/me', { token: session })).statusCode, 401);
      t.equal((await login(rig, 'the old password')).statusCode, 401);
      t.equal((await login(rig, 'a new password')).statusCode, 200);
      const again = await reset(rig, token);
      t.equal(again.statusCode, 400);
      t.match(again.json(), { code: 'reset_token_invalid' });
    });

    await t.test('counts with the newest letter only, for half an hour', async (t) => {
      await forgot(rig, ADDRESS);
      const first = await letterToken(rig);
      await forgot(rig, ADDRESS);
      const second = await letterToken(rig);
      t.not(first, second);
      t.match((await reset(rig, first)).json(), { code: 'reset_token_invalid' });
      const [left] = await rig.database.query<{ minutes: number }>(
        'SELECT round(extract(epoch FROM expires_at - now()) / 60)::integer AS minutes FROM accounts.password_resets',
      );
      t.equal(left?.minutes, 30);
      await rig.database.query("UPDATE accounts.password_resets SET expires_at = now() - interval '1 ms'");
      t.match((await reset(rig, second)).json(), { code: 'reset_token_invalid' });
    });

    await t.test('is no way to send links to other places', async (t) => {
      const cases: CallOptions['headers'][] = [
        { host: 'evil.example' },
        { host: 'evil.example', origin: 'http://evil.example', referer: 'http://evil.example/' },
        { host: 'shop.example', 'x-forwarded-host': 'evil.example' },
        { host: 'localhost@evil.example' },
        { host: 'localhost.evil.example' },
        { host: '127.0.0.1.evil.example' },
        { host: 'localhost:8000', 'x-forwarded-for': '192.0.2.7' },
      ];
      for (const headers of cases) {
        const before = rig.letters.length;
        t.equal((await forgot(rig, ADDRESS, headers)).statusCode, 202);
        const token = await letterToken(rig);
        t.equal(rig.letters.length, before + 1);
        const text = rig.letters.at(-1)?.text ?? '';
        t.notMatch(text, '://', JSON.stringify(headers));
        t.match(text, /page \/reset-password of the shop[^\n]*\n\n {2}[\w-]{43}\n/);
        t.equal(token.length, 43);
      }
      for (const host of ['127.0.0.1:8000', '[::1]:8000']) {
        await forgot(rig, ADDRESS, { host });
        await letterToken(rig);
        t.match(rig.letters.at(-1)?.text, `http://${host}/reset-password?token=`);
      }
    });

    await t.test('names what is wrong with a request', async (t) => {
      for (const email of [undefined, '', 'no address', 7]) {
        t.match((await forgot(rig, email)).json(), { status: 400, errors: [{ path: 'email' }] });
      }
      for (const token of [undefined, '', 7, 'x'.repeat(201)]) {
        t.match((await reset(rig, token)).json(), { status: 400, errors: [{ path: 'token' }] });
      }
      t.match((await reset(rig, 'x', 'short')).json(), { status: 400, errors: [{ path: 'password' }] });
      t.match((await reset(rig, 'a\u0000b')).json(), { status: 400, code: 'reset_token_invalid' });
    });
  });
});

await t.test('letters link to where the shop is, whatever the request says', async (t) => {
  const settings = { rateLimitPerMinute: 0, checkoutLimitPerMinute: 0, publicUrl: 'https://shop.example' };
  await withGateway({ settings }, async (rig) => {
    const entered = await register(rig);
    t.match(entered.cookies, [{ name: '__Host-orrery-session', secure: true }]);
    for (const host of ['evil.example', 'localhost:8000']) {
      await forgot(rig, ADDRESS, { host });
      const token = await letterToken(rig);
      t.match(rig.letters.at(-1)?.text, `\n  https://shop.example/reset-password?token=${token}\n`);
      t.notMatch(rig.letters.at(-1)?.text, host);
    }
  });
});

await t.test('the answer does not wait for the letter, so that it tells nothing', async (t) => {
  let deliver: (() => void) | undefined;
  const sent = new Promise<void>((resolve) => {
    deliver = resolve;
  });
  await withGateway({ letters: { send: () => sent } }, async (rig) => {
    await register(rig);
    t.equal((await forgot(rig, ADDRESS)).statusCode, 202);
    const settled = rig.resets.settled();
    t.equal(await Promise.race([settled.then(() => 'written'), Promise.resolve('under way')]), 'under way');
    deliver?.();
    await settled;
  });
});

await t.test('a letter that can not be sent is told to the operator, not to who asks', async (t) => {
  await withGateway({ letters: { send: () => Promise.reject(new Error('no broker')) } }, async (rig) => {
    await register(rig);
    t.equal((await forgot(rig, ADDRESS)).statusCode, 202);
    await rig.resets.settled();
    t.match(rig.logLines.join(''), /password reset could not be sent/);
  });
});

await t.test('few letters go to one address and for one IP, unless limits are off', async (t) => {
  await withGateway({ settings: LIMITS }, async (rig) => {
    const statuses: number[] = [];
    for (let count = 0; count < 6; count += 1) {
      const headers = { 'x-forwarded-for': `192.0.2.${String(count)}` };
      statuses.push((await forgot(rig, 'nobody@example.com', headers)).statusCode);
    }
    t.same(statuses, [202, 202, 202, 202, 202, 429], 'known or not');
    const refused = await forgot(rig, 'NOBODY@example.com', { 'x-forwarded-for': '192.0.2.9' });
    t.match(refused.json(), { code: 'letter_limit' });
    t.ok(Number(refused.headers['retry-after']) > 800);
    for (let count = 0; count < 20; count += 1) {
      t.equal((await forgot(rig, `n${String(count)}@example.com`)).statusCode, 202);
    }
    t.equal((await forgot(rig, 'one-more@example.com')).statusCode, 429);
    for (let count = 0; count < 20; count += 1) t.equal((await reset(rig, 'x')).statusCode, 400);
    const tried = await reset(rig, 'x');
    t.match(tried.json(), { status: 429, code: 'reset_limit' });
    t.ok(Number(tried.headers['retry-after']) >= 1);
  });
  await withGateway({}, async (rig) => {
    for (let count = 0; count < 30; count += 1) {
      t.equal((await forgot(rig, 'nobody@example.com')).statusCode, 202);
    }
  });
});

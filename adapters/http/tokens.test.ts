import { createHmac } from 'node:crypto';
import { SignJWT } from 'jose';
import t from 'tap';
import type { TokenClaims } from '../../core/services/accounts/ports.ts';
import { createTokenSigner, resetTokens } from './tokens.ts';

const claims: TokenClaims = { userId: 'u1', role: 'admin', sessionId: 's1', expiresAt: 2_000_000_000_000 };
const encoded = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
const payload = { sub: 'u1', sid: 's1', role: 'admin', iss: 'orrery', exp: 2_000_000_000 };

await t.test('a token says what was signed, in every process with the same secret', async (t) => {
  const token = await createTokenSigner('secret').sign(claims);
  t.same(await createTokenSigner('secret').verify(token), claims);
  const parts = token.split('.').map((part) => Buffer.from(part, 'base64url').toString());
  t.match(JSON.parse(parts[1] ?? ''), { sub: 'u1', role: 'admin', sid: 's1' });
});

await t.test('anything but a token of ours is none', async (t) => {
  const signer = createTokenSigner('secret');
  const key = Buffer.from('secret');
  const own = await signer.sign(claims);
  const [head = '', body = '', signature = ''] = own.split('.');
  const forged = {
    'another secret': await createTokenSigner('other').sign(claims),
    'no signature': `${head}.${body}.`,
    'algorithm none': `${encoded({ alg: 'none' })}.${encoded(payload)}.`,
    'changed claims': `${head}.${encoded({ ...payload, role: 'ops' })}.${signature}`,
    'another algorithm, same key': await new SignJWT(payload).setProtectedHeader({ alg: 'HS512' }).sign(key),
    'another issuer': await new SignJWT({ ...payload, iss: 'else' })
      .setProtectedHeader({ alg: 'HS256' })
      .sign(key),
    'a role there is not': await new SignJWT({ ...payload, role: 'root' })
      .setProtectedHeader({ alg: 'HS256' })
      .sign(key),
    'no session': await new SignJWT({ ...payload, sid: '' }).setProtectedHeader({ alg: 'HS256' }).sign(key),
    'no JSON inside': (() => {
      const text = `${head}.${Buffer.from('nonsense').toString('base64url')}`;
      return `${text}.${createHmac('sha256', 'secret').update(text).digest('base64url')}`;
    })(),
    empty: '',
    nonsense: 'a.b.c',
    'far too long': 'x'.repeat(100_000),
  };
  for (const [name, token] of Object.entries(forged)) t.equal(await signer.verify(token), undefined, name);
  t.ok(await signer.verify(own), 'the token they were made from is fine');
});

await t.test('a token ends at its time, also when it was just verified', async (t) => {
  let now = claims.expiresAt - 1_000;
  const signer = createTokenSigner('secret', () => now);
  const token = await signer.sign(claims);
  t.ok(await signer.verify(token));
  now = claims.expiresAt + 1;
  t.equal(await signer.verify(token), undefined, 'remembered');
  t.equal(await createTokenSigner('secret', () => now).verify(token), undefined, 'seen for the first time');
});

t.test('a token in a letter can not be guessed, and is kept as its SHA-256', async (t) => {
  const tokens = new Set(Array.from({ length: 100 }, () => resetTokens.create()));
  t.equal(tokens.size, 100);
  for (const token of tokens) t.match(token, /^[\w-]{43}$/);
  t.equal(
    resetTokens.digest('abc'),
    'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
    'the example of FIPS 180-4',
  );
});

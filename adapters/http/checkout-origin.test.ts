import cookie from '@fastify/cookie';
import fastify from 'fastify';
import t from 'tap';
import { checkoutOrigin, networkOf } from './checkout-origin.ts';

t.test('a network is an IPv4 address, or the half of an IPv6 one that its owner has', async (t) => {
  t.equal(networkOf('203.0.113.7'), '203.0.113.7');
  t.equal(networkOf('::ffff:203.0.113.7'), '203.0.113.7');
  t.equal(networkOf('2001:db8:1:2:3:4:5:6'), '2001:db8:1:2');
  t.equal(networkOf('2001:0DB8:0001:0002::1'), networkOf('2001:db8:1:2:ffff::'));
  t.equal(networkOf('2001:db8::1'), '2001:db8:0:0');
  for (const nobodys of [
    '127.0.0.1',
    '::1',
    '10.1.2.3',
    '192.168.1.1',
    '172.31.0.1',
    '100.64.0.1',
    'fd00::1',
    'fe80::1%eth0',
    '',
  ]) {
    t.equal(networkOf(nobodys), undefined, nobodys);
  }
});

t.test('a browser is known again by its cookie; what orders carry of it is a hash', async (t) => {
  const app = fastify({ trustProxy: 'loopback' });
  app.decorate('publicUrl', undefined);
  await app.register(cookie);
  app.get('/', (request, reply) => ({
    origin: checkoutOrigin(request, reply, (text) => `#${text.length}`) ?? null,
  }));
  t.teardown(() => app.close());
  const ask = async (headers: Record<string, string>) => {
    const answer = await app.inject({ url: '/', headers });
    return { ...answer.json<{ origin: object | null }>(), cookies: answer.cookies };
  };

  const program = await ask({ authorization: 'Bearer x' });
  t.strictSame(program.origin, null, 'of a program on this machine nothing is known');
  t.equal(program.cookies.length, 0);
  const distant = await ask({ 'x-forwarded-for': '203.0.113.7' });
  t.strictSame(distant.origin, { network: '#19' });

  const first = await ask({ cookie: '__Host-orrery-session=s' });
  const [given] = first.cookies;
  t.match(given, { name: '__Host-orrery-device', httpOnly: true, secure: true, sameSite: 'Lax' });
  t.strictSame(first.origin, { device: '#43' });
  const again = await ask({ cookie: `__Host-orrery-session=s; ${given?.name ?? ''}=${given?.value ?? ''}` });
  t.strictSame(again.origin, first.origin);
  t.equal(again.cookies.length, 0, 'it keeps the one it has');
  const forged = await ask({ cookie: '__Host-orrery-session=s; __Host-orrery-device=me' });
  t.equal(forged.cookies.length, 1, 'what is none of ours is replaced');
});

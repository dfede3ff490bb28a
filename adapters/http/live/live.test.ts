import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import t from 'tap';
import { WebSocket } from 'ws';
import { type Rig, withGateway } from '../testing.ts';
import { until } from '../../../core/kernel/testing-until.ts';

interface Told {
  readonly topic?: string;
  readonly cursor?: number;
  readonly type: string;
  readonly code?: string;
  readonly data?: {
    readonly order?: { readonly status: string; readonly waitingFor?: string | null };
    readonly entry?: { readonly seq: number; readonly type: string; readonly detail: unknown };
    readonly orders?: { readonly id: string; readonly version: number }[];
    readonly complete?: boolean;
  };
}

/** A client that keeps what it is told. */
class Client {
  readonly told: Told[] = [];
  readonly socket: WebSocket;
  closed: { code: number; reason: string } | undefined;

  constructor(url: string, headers: Record<string, string> = {}) {
    this.socket = new WebSocket(url, { headers });
    this.socket.on('message', (data: Buffer) => {
      this.told.push(JSON.parse(data.toString()) as Told);
    });
    this.socket.on('close', (code, reason) => {
      this.closed = { code, reason: reason.toString() };
    });
    this.socket.on('error', () => undefined);
  }

  async say(message: unknown): Promise<void> {
    if (this.socket.readyState === WebSocket.CONNECTING) await once(this.socket, 'open');
    this.socket.send(typeof message === 'string' ? message : JSON.stringify(message));
  }

  /** Resolves once that many messages have come. */
  async hear(count: number): Promise<readonly Told[]> {
    return until(
      `${String(count)} messages`,
      () => this.told,
      ({ length }) => length >= count,
    );
  }

  async hearClosing(): Promise<{ code: number; reason: string }> {
    await until('the socket to close', () => this.closed !== undefined);
    return this.closed ?? { code: 0, reason: '' };
  }
}

async function withLive(run: (rig: Rig, connect: (token?: string) => Client, url: string) => Promise<void>) {
  await withGateway({}, async (rig) => {
    const address = await rig.app.listen({ port: 0, host: '127.0.0.1' });
    const url = `${address.replace('http', 'ws')}/api/live`;
    const clients: Client[] = [];
    try {
      await run(
        rig,
        (token) => {
          const client = new Client(token === undefined ? url : `${url}?token=${token}`);
          clients.push(client);
          return client;
        },
        url,
      );
    } finally {
      for (const { socket } of clients) socket.terminate();
    }
  });
}

await t.test('live updates', async (t) => {
  await withLive(async (rig, connect, url) => {
    const { shop } = rig;
    const ada = await rig.signIn();
    const bob = await rig.signIn();
    const admin = await rig.signIn('admin');

    await t.test('an order is told as it is, then every step of it, once and in order', async (t) => {
      shop.place('o1', ada.user.id);
      const client = connect(ada.token);
      await client.say({ subscribe: 'order:o1' });
      await client.hear(1);
      t.match(client.told[0], {
        topic: 'order:o1',
        cursor: 1,
        type: 'snapshot',
        data: { order: { status: 'pending' } },
      });
      t.notOk(client.told[0]?.data?.order && 'waitingFor' in client.told[0].data.order);
      const before = Date.now();
      shop.advance('o1', 'inventory.reserved', 'awaiting_payment');
      await client.hear(2);
      t.ok(Date.now() - before < 4_000, 'as it happens');
      t.match(client.told[1], {
        topic: 'order:o1',
        cursor: 2,
        type: 'inventory.reserved',
        data: { entry: { seq: 2 }, order: { status: 'awaiting_payment' } },
      });
      for (let step = 0; step < 20; step += 1) shop.advance('o1', `step.${String(step)}`, 'confirmed');
      shop.broadcast([{ id: 'o1', version: 22, status: 'confirmed' }]);
      await client.hear(22);
      await delay(60);
      t.same(
        client.told.map(({ cursor }) => cursor),
        Array.from({ length: 22 }, (_, index) => index + 1),
      );
    });

    await t.test('whoever comes back after a cursor gets what was missed, and nothing twice', async (t) => {
      const client = connect(ada.token);
      await client.say({ subscribe: 'order:o1', after: 19 });
      await client.hear(3);
      shop.advance('o1', 'order.shipped', 'shipped');
      await client.hear(4);
      t.same(
        client.told.map(({ cursor }) => cursor),
        [20, 21, 22, 23],
      );
      const anew = connect(ada.token);
      await anew.say({ subscribe: 'order:o1', after: 999 });
      await anew.hear(1);
      t.match(anew.told[0], { type: 'snapshot', cursor: 23 }, 'a cursor that is none starts anew');
    });

    await t.test('more than one page of steps is caught up with', async (t) => {
      shop.place('o-long', ada.user.id);
      for (let step = 0; step < 450; step += 1) shop.advance('o-long', 'step', 'pending', false);
      const client = connect(ada.token);
      await client.say({ subscribe: 'order:o-long', after: 0 });
      await client.hear(451);
      t.same(
        client.told.map(({ cursor }) => cursor),
        Array.from({ length: 451 }, (_, index) => index + 1),
      );
    });

    await t.test('followers with different cursors each get their own rest', async (t) => {
      shop.place('o2', ada.user.id);
      for (let step = 0; step < 5; step += 1) shop.advance('o2', 'step', 'pending', false);
      const [one, other, admins] = [connect(ada.token), connect(ada.token), connect(admin.token)];
      await Promise.all([
        one.say({ subscribe: 'order:o2', after: 2 }),
        other.say({ subscribe: 'order:o2' }),
        admins.say({ subscribe: 'order:o2', after: 5 }),
      ]);
      await Promise.all([one.hear(4), other.hear(1), admins.hear(1)]);
      shop.advance('o2', 'fraud.scored', 'pending');
      await Promise.all([one.hear(5), other.hear(2), admins.hear(2)]);
      t.same(
        [one.told, other.told, admins.told].map((told) => told.map(({ cursor }) => cursor)),
        [
          [3, 4, 5, 6, 7],
          [6, 7],
          [6, 7],
        ],
      );
      t.equal(one.told.at(-1)?.data?.entry?.detail, null);
      t.same(admins.told.at(-1)?.data?.entry?.detail, { seq: 7 }, 'admins see how fraud was scored');
    });

    await t.test('a lost hint costs seconds, not an update', async (t) => {
      shop.place('o3', ada.user.id);
      const client = connect(ada.token);
      await client.say({ subscribe: 'order:o3' });
      await client.hear(1);
      shop.advance('o3', 'order.confirmed', 'confirmed', false);
      await client.hear(2);
      t.match(client.told[1], { cursor: 2, type: 'order.confirmed' });
    });

    await t.test(
      'a step is told with an order that knows of it, though the log was read later',
      async (t) => {
        shop.place('late', ada.user.id);
        const client = connect(ada.token);
        await client.say({ subscribe: 'order:late' });
        await client.hear(1);
        const before = shop.placed.get('late');
        shop.advance('late', 'order.confirmed', 'confirmed');
        const after = shop.placed.get('late');
        if (before === undefined || after === undefined) throw new Error('no order');
        shop.placed.set('late', before);
        await delay(150);
        t.equal(client.told.length, 1);
        shop.placed.set('late', after);
        await client.hear(2);
        t.match(client.told[1], { cursor: 2, data: { order: { status: 'confirmed' } } });
      },
    );

    await t.test('a store that is away for a moment delays updates', async (t) => {
      shop.place('o4', ada.user.id);
      const client = connect(ada.token);
      await client.say({ subscribe: 'order:o4' });
      await client.hear(1);
      shop.lost = new Error('away');
      shop.advance('o4', 'order.confirmed', 'confirmed');
      await delay(100);
      shop.lost = undefined;
      t.equal(client.told.length, 1);
      await client.hear(2);
      t.match(client.told[1], { cursor: 2 });
    });

    await t.test('unsubscribing ends it', async (t) => {
      shop.place('o5', ada.user.id);
      const client = connect(ada.token);
      await client.say({ subscribe: 'order:o5' });
      await client.hear(1);
      await client.say({ unsubscribe: 'order:o5' });
      await client.say({ subscribe: 'order:o1' });
      await client.hear(2);
      shop.advance('o5', 'order.confirmed', 'confirmed');
      await delay(80);
      t.equal(client.told.length, 2);
    });

    await t.test('orders of others, topics for admins and topics there are not are refused', async (t) => {
      const client = connect(bob.token);
      const refusals: [unknown, string][] = [
        [{ subscribe: 'order:o1' }, 'unknown_order'],
        [{ subscribe: 'order:none' }, 'unknown_order'],
        [{ subscribe: 'order:o1', after: 'text' }, 'bad_cursor'],
        [{ subscribe: 'admin:orders' }, 'forbidden'],
        [{ subscribe: 'admin:orders:more' }, 'unknown_topic'],
        [{ subscribe: 'nothing' }, 'unknown_topic'],
        [{ subscribe: 7 }, 'bad_message'],
        [{ subscribe: 'order:o1', after: -1 }, 'bad_message'],
        [{ subscribe: 'order:o1', unsubscribe: 'order:o1' }, 'bad_message'],
        [{}, 'bad_message'],
        ['no json', 'bad_message'],
        ['', 'bad_message'],
      ];
      for (const [message] of refusals) await client.say(message);
      await client.hear(refusals.length);
      t.same(
        client.told.map(({ type, code }) => [type, code]),
        refusals.map(([, code]) => ['error', code]),
      );
    });

    await t.test('nobody is told anything before they have said who they are', async (t) => {
      const client = connect();
      await client.say({ subscribe: 'order:o1' });
      await client.hear(1);
      t.match(client.told[0], { type: 'error', code: 'unauthenticated', topic: 'order:o1' });
      await client.say({ authenticate: 'nonsense' });
      await client.say({ authenticate: ada.token });
      await client.say({ subscribe: 'order:o1' });
      await client.hear(3);
      t.match(client.told.slice(1), [{ code: 'unauthenticated' }, { type: 'snapshot' }]);
    });

    await t.test('the cookie counts for our own pages only', async (t) => {
      const cookie = `__Host-orrery-session=${ada.token}`;
      const origin = url.replace('ws:', 'http:').replace('/api/live', '');
      const own = new Client(url, { cookie, origin });
      const foreign = new Client(url, { cookie, origin: 'https://evil.example' });
      const unknown = new Client(url, { cookie });
      for (const client of [own, foreign, unknown]) {
        await client.say({ subscribe: 'order:o1' });
        await client.hear(1);
        client.socket.terminate();
      }
      t.match(own.told[0], { type: 'snapshot' });
      t.match(foreign.told[0], { code: 'unauthenticated' });
      t.match(unknown.told[0], { code: 'unauthenticated' });
    });

    await t.test('a session that ends takes its sockets along', async (t) => {
      const eve = await rig.signIn();
      const client = connect(eve.token);
      shop.place('o6', eve.user.id);
      await client.say({ subscribe: 'order:o6' });
      await client.hear(1);
      await rig.call('POST', '/api/auth/logout', { token: eve.token });
      t.equal((await client.hearClosing()).code, 4401);
    });

    await t.test('admins hear which orders are new or changed, in bundles', async (t) => {
      const client = connect(admin.token);
      await client.say({ subscribe: 'admin:orders' });
      await client.hear(1);
      t.match(client.told[0], { topic: 'admin:orders', type: 'snapshot' });
      t.equal(client.told[0]?.data?.orders?.length, shop.placed.size);
      shop.place('o7', ada.user.id);
      shop.broadcast([{ id: 'o7', version: 1, status: 'pending' }]);
      shop.advance('o7', 'inventory.reserved', 'awaiting_payment');
      shop.advance('o6', 'inventory.reserved', 'awaiting_payment');
      await client.hear(2);
      t.same(client.told[1]?.data?.orders, [
        { id: 'o7', version: 2, status: 'awaiting_payment' },
        { id: 'o6', version: 2, status: 'awaiting_payment' },
      ]);
      t.ok((client.told[1]?.cursor ?? 0) > (client.told[0]?.cursor ?? 0));
      shop.broadcast(
        Array.from({ length: 600 }, (_, n) => ({ id: `x${String(n)}`, version: 1, status: 'pending' })),
      );
      await client.hear(3);
      t.equal(client.told[2]?.data?.orders?.length, 500);
      t.equal(client.told[2]?.data?.complete, false, 'says that it was cut');
    });

    await t.test('hints that are none are ignored', (t) => {
      shop.broadcast('nonsense');
      shop.broadcast([{ id: 7 }]);
      t.pass();
      t.end();
    });

    await t.test('one connection has bounds', async (t) => {
      const client = connect(ada.token);
      for (let count = 0; count < 105; count += 1) {
        shop.place(`many${String(count)}`, ada.user.id);
        await client.say({ subscribe: `order:many${String(count)}` });
      }
      await client.hear(105);
      t.equal(client.told.filter(({ code }) => code === 'too_many_topics').length, 5);
      for (let count = 0; count < 150; count += 1) await client.say('x');
      t.match(await client.hearClosing(), { code: 1008, reason: 'too many messages' });
      const large = connect(ada.token);
      await large.say('x'.repeat(5_000));
      t.equal((await large.hearClosing()).code, 1009);
    });

    await t.test('a client that does not read is cut off instead of filling our memory', async (t) => {
      const client = connect(ada.token);
      shop.place('o-slow', ada.user.id);
      await client.say({ subscribe: 'order:o-slow' });
      await client.hear(1);
      const order = shop.placed.get('o-slow');
      if (order === undefined) return t.fail('no order');
      // Each update carries the order: 100 KB of it.
      shop.placed.set('o-slow', { ...order, customerName: 'x'.repeat(100_000) });
      client.socket.pause();
      const closed = new Promise((resolve) => client.socket.once('close', resolve));
      for (let step = 0; step < 400; step += 1) shop.advance('o-slow', 'step', 'pending', false);
      shop.advance('o-slow', 'step', 'pending');
      await delay(1_500);
      client.socket.resume();
      await closed;
      t.ok(client.told.length < 300, `only what was under way arrived: ${String(client.told.length)}`);
      const again = connect(ada.token);
      await again.say({ subscribe: 'order:o-slow', after: 400 });
      await again.hear(2);
      t.same(
        again.told.map(({ cursor }) => cursor),
        [401, 402],
        'coming back after the cursor, nothing is lost',
      );
    });

    await t.test('the gauge counts sockets', async (t) => {
      t.match((await rig.call('GET', '/metrics')).body, /live_sockets [1-9]/);
    });
  });
});

await t.test('when the server stops, sockets are told and hints end', async (t) => {
  let client: Client | undefined;
  let mute: Client | undefined;
  let listeners = () => 0;
  await withGateway({}, async (rig) => {
    const address = await rig.app.listen({ port: 0, host: '127.0.0.1' });
    listeners = () => rig.shop.listeners;
    client = new Client(`${address.replace('http', 'ws')}/api/live`);
    mute = new Client(`${address.replace('http', 'ws')}/api/live`);
    await Promise.all([once(client.socket, 'open'), once(mute.socket, 'open')]);
    mute.socket.pause();
    t.equal(listeners(), 1);
  });
  t.equal((await client?.hearClosing())?.code, 1001);
  t.equal(listeners(), 0);
  t.equal(mute?.closed?.code, undefined, 'a client that does not read does not hold it up');
  mute?.socket.terminate();
});

import t from 'tap';
import type { ServerDeps } from './deps.ts';
import { withGateway } from './testing.ts';

interface Operation {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** As it was registered, such as `/api/orders/:id`. */
  readonly path: string;
}

/** What a gateway may have or lack: here it has all of it, so that all routes are there. */
type Everything = {
  readonly [Key in keyof ServerDeps as undefined extends ServerDeps[Key] ? Key : never]-?: unknown;
};

/** Open to guests: what a path starts with. */
const FOR_GUESTS = [
  '/api/docs',
  '/api/openapi.json',
  '/api/asyncapi.json',
  '/api/health/',
  '/metrics',
  '/api/live',
  '/api/auth/register',
  '/api/auth/login',
  '/api/auth/logout',
  '/api/auth/forgot-password',
  '/api/auth/reset-password',
  '/api/cart',
  '/api/products',
  '/api/inventory/:sku',
  '/api/shipping/estimate',
  '/api/payments/config',
  '/api/payments/webhooks/',
  '/api/recommendations',
] as const;
/** Open to guests at this very path alone. */
const FOR_GUESTS_ALONE = ['/api/flash-sales'] as const;
/** For shoppers: what is theirs; the handlers' own tests see to it that nothing else is. */
const FOR_SHOPPERS = [
  '/api/auth/',
  '/api/orders/',
  '/api/inventory/reservations/',
  '/api/payments/transactions/',
  '/api/shipping/shipments/',
  '/api/notifications',
  '/api/flash-sales/',
] as const;
/** For operators beside admins. */
const FOR_OPERATORS = [
  '/api/ops/',
  '/api/analytics/demand-forecast',
  '/api/analytics/metrics',
  '/api/analytics/events/stats',
] as const;

type Caller = 'guest' | 'shopper' | 'operator' | 'admin';

function leastOf(path: string): Caller {
  const starts = (prefixes: readonly string[]) => prefixes.some((prefix) => path.startsWith(prefix));
  if (starts(FOR_GUESTS) || FOR_GUESTS_ALONE.some((whole) => path === whole)) return 'guest';
  if (starts(FOR_SHOPPERS)) return 'shopper';
  return starts(FOR_OPERATORS) ? 'operator' : 'admin';
}

/** Where nobody may come: whoever is refused reaches none of it. */
function unreachable(): unknown {
  return new Proxy(() => undefined, {
    get: (_, key) => (key === 'then' ? undefined : unreachable()),
    apply: () => {
      throw new Error('somebody came in');
    },
  });
}

/** Of what `printRoutes` draws: a path is what stands above it and its own end. */
function operationsOf(drawn: string): readonly Operation[] {
  const above: string[] = [];
  return drawn.split('\n').flatMap((line) => {
    const { indent, end, methods } =
      /^(?<indent>[│ ]*)[├└]── (?<end>\S*) \((?<methods>[A-Z, ]+)\)$/u.exec(line)?.groups ?? {};
    if (indent === undefined) return [];
    above.length = indent.length / 4;
    above.push(end ?? '');
    return (methods ?? '')
      .split(', ')
      .filter((method) => method !== 'HEAD' && method !== 'OPTIONS')
      .map((method) => ({ method: method as Operation['method'], path: above.join('') }));
  });
}

await t.test('every route is for those it is meant for, and for nobody less', async (t) => {
  const stop = () => Promise.resolve();
  const everything: Everything = {
    paymentWebhooks: unreachable(),
    sagas: unreachable(),
    deadLetters: unreachable(),
    demo: unreachable(),
    originHash: unreachable(),
    console: { jobs: unreachable(), stop },
    office: unreachable(),
    assistant: { assistant: unreachable(), proposals: unreachable(), stop },
    intelligence: unreachable(),
    liveTopics: [],
    analytics: unreachable(),
    productIndex: unreachable(),
    searchMeaning: unreachable(),
    views: unreachable(),
    observation: unreachable(),
    asyncApi: {},
    tracing: undefined,
    onAnswered: () => undefined,
    uiFolder: undefined,
  };
  await withGateway(everything as Partial<ServerDeps>, async (rig) => {
    const operations = operationsOf(rig.app.printRoutes({ commonPrefix: false }));
    const { paths } = (await rig.call('GET', '/api/openapi.json')).json<{ paths: Record<string, object> }>();
    const walked = new Set(operations.map(({ path }) => path.replace(/:(\w+)/g, '{$1}')));
    t.strictSame(
      Object.keys(paths).filter((path) => !walked.has(path)),
      [],
      'none of the documented routes is left out',
    );
    const shopper = await rig.signIn();
    const operator = await rig.signIn();
    await rig.database.query(`update accounts.users set role = 'ops' where id = $1`, [operator.user.id]);
    const { token } = await rig.accounts.login({ email: operator.user.email, password: 'a long password' });
    for (const { method, path } of operations) {
      const least = leastOf(path);
      const body = method === 'GET' || method === 'DELETE' ? {} : { body: {} };
      const answer = async (token?: string) => {
        const call = rig.call(method, path.replace(/:\w+|\*/g, 'some-id'), {
          ...body,
          ...(token === undefined ? {} : { token }),
        });
        return (await call).statusCode;
      };
      if (least === 'guest') continue;
      t.equal(await answer(), 401, `${method} ${path} asks guests to sign in`);
      if (least === 'shopper') continue;
      t.equal(await answer(shopper.token), 403, `${method} ${path} is not for shoppers`);
      const status = await answer(token);
      if (least === 'admin') t.equal(status, 403, `${method} ${path} is not for operators`);
      else t.notOk([401, 403].includes(status), `${method} ${path} is for operators`);
    }
  });
});

await t.test('changes are told in the audit trail', async (t) => {
  await withGateway({}, async (rig) => {
    const admin = await rig.signIn('admin');
    await rig.call('POST', '/api/admin/inventory/LAMP-1/adjust', {
      token: admin.token,
      body: { warehouseId: 'EAST', delta: 3, reason: 'found behind a shelf' },
    });
    const page = await rig.call('GET', '/api/admin/audit?action=inventory.', { token: admin.token });
    t.match(page.json(), {
      items: [
        {
          by: admin.user.id,
          action: 'inventory.adjust',
          subject: { kind: 'sku', id: 'LAMP-1' },
          reason: 'found behind a shelf',
          detail: { warehouseId: 'EAST', delta: 3 },
        },
      ],
      nextCursor: null,
    });
    const none = await rig.call('GET', '/api/admin/audit?action=review.', { token: admin.token });
    t.strictSame(none.json(), { items: [], nextCursor: null });
    const bad = await rig.call('GET', '/api/admin/audit?cursor=%27', { token: admin.token });
    t.equal(bad.statusCode, 400);
  });
});

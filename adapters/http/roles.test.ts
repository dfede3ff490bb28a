import t from 'tap';
import { withGateway } from './testing.ts';

interface Operation {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
}

const METHODS = ['get', 'post', 'put', 'patch', 'delete'] as const;

await t.test('the control room is for people with a role, every call of it', async (t) => {
  await withGateway({}, async (rig) => {
    const { paths } = (await rig.call('GET', '/api/openapi.json')).json<{
      paths: Record<string, Record<string, unknown>>;
    }>();
    const operations = Object.entries(paths)
      .filter(([path]) => path.startsWith('/api/admin/') || path.startsWith('/api/ops/'))
      .flatMap(([path, methods]) =>
        METHODS.filter((method) => method in methods).map((method): Operation => ({
          method: method.toUpperCase() as Operation['method'],
          path: path.replace(/\{\w+\}/g, 'some-id'),
        })),
      );
    t.ok(operations.length >= 6, 'the document names them');
    const { token } = await rig.signIn();
    for (const { method, path } of operations) {
      const body = method === 'GET' || method === 'DELETE' ? {} : { body: {} };
      t.equal(
        (await rig.call(method, path, body)).statusCode,
        401,
        `${method} ${path} asks guests to sign in`,
      );
      t.equal(
        (await rig.call(method, path, { token, ...body })).statusCode,
        403,
        `${method} ${path} is not for shoppers`,
      );
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

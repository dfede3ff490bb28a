import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Ajv } from 'ajv';
import t from 'tap';
import { asyncApiDocument } from './async-api.ts';
import { catalogue, parseMessage } from './catalogue.ts';

const document = asyncApiDocument({
  version: '1.0.0',
  partitions: 16,
  takenBy: (type) => (type === 'order.cancel.requested' ? ['orders'] : []),
});

t.test('the document is AsyncAPI 3, by the schema its authors publish', (t) => {
  const file = createRequire(import.meta.url).resolve('@asyncapi/specs/schemas/3.0.0.json');
  // The document brings the schema of schemas itself.
  const ajv = new Ajv({ strict: false, validateFormats: false, meta: false, validateSchema: false });
  const validate = ajv.compile(JSON.parse(readFileSync(file, 'utf8')) as object);
  t.ok(validate(document), JSON.stringify(validate.errors?.slice(0, 5)));
  t.notOk(validate({ ...document, channels: [] }), 'and the schema does refuse');
  t.end();
});

t.test('every message is in it, with its exchange and who takes it', (t) => {
  const { channels, operations, components } = document as unknown as {
    channels: Record<string, { address: string; bindings: { amqp: { exchange: { name: string } } } }>;
    operations: Record<string, { action: string }>;
    components: { schemas: Record<string, object> };
  };
  for (const { type, exchange } of catalogue) {
    t.match(channels[type], {
      address: `${type}.p{partition}`,
      bindings: { amqp: { exchange: { name: exchange } } },
    });
    t.match(operations[`send.${type}`], { action: 'send' });
  }
  t.match(operations['orders.receive.order.cancel.requested'], { action: 'receive' });
  t.equal(operations['payments.receive.order.cancel.requested'], undefined);

  const ajv = new Ajv({ strict: false, validateFormats: false });
  const validate = ajv.compile(components.schemas['order.cancel.requested'] ?? {});
  const message = {
    id: 'm1',
    type: 'order.cancel.requested',
    subject: 'o1',
    correlationId: 'o1',
    causationId: null,
    time: '2026-01-01T00:00:00.000Z',
    version: 1,
    data: { orderId: 'o1', requestedBy: 'u1', reason: 'changed my mind' },
  };
  t.ok(parseMessage(message));
  t.ok(validate(message), 'what the platform takes, its description takes');
  t.notOk(validate({ ...message, data: { orderId: 'o1' } }));
  t.notOk(validate({ ...message, type: 'order.placed' }));
  t.end();
});

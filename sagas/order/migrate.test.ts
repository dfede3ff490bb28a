import t from 'tap';
import type { Json } from '../../core/engine/behaviour.ts';
import { migrateOrder, ORDER_DEFINITION } from './migrate.ts';
import { orderBehaviour } from './testing/order-world.ts';
import { scenes } from './testing/scenes.ts';

const ROW = { id: 'o1', version: 5 };

/** A scene as definition 1 stored it. */
function storedByDefinition1(scene: keyof typeof scenes, cancelAsked: boolean): Json {
  const { state, context } = scenes[scene]();
  const { cancelRequest: _unknown, ...facts } = context;
  const [outer = '', inner] = state.split('.');
  const value = inner === undefined ? outer : { [outer]: inner };
  return { ...ROW, value, context: { ...facts, cancelAsked } } as unknown as Json;
}

t.test('an order of definition 1 keeps its place and all it knows', (t) => {
  for (const cancelAsked of [true, false]) {
    const stored = storedByDefinition1('compensating.withdrawing', cancelAsked);
    const migrated = migrateOrder(stored, 1);
    if (migrated === undefined) throw new Error('there is a way');
    const { context, ...place } = orderBehaviour.deserialize(migrated, ROW);
    t.match(place, { id: 'o1', state: 'compensating.withdrawing', version: 5 });
    const { cancelRequest, ...facts } = context;
    const { cancelRequest: _known, ...before } = scenes['compensating.withdrawing']().context;
    t.strictSame(facts, before, 'nothing else has changed');
    t.strictSame(
      cancelRequest,
      cancelAsked ? { requestedBy: null, reason: null, at: null, tooLate: false } : null,
    );
  }
  t.end();
});

t.test('who asked under definition 1 is told when it came too late, by what is known', (t) => {
  const migrated = migrateOrder(storedByDefinition1('compensating.withdrawing', true), 1);
  const state = orderBehaviour.deserialize(migrated ?? null, ROW);
  const refused = { orderId: 'o1', shipmentKey: 'o1/1', reason: 'already dispatched' };
  const message = {
    id: 'm',
    type: 'shipping.cancel.refused',
    subject: 'o1',
    correlationId: 'o1',
    causationId: null,
    time: '2026-01-05T12:00:00.000Z',
    version: 1,
    data: refused,
  };
  const { messages } = orderBehaviour.react(state, message, 0);
  t.match(messages[0], { data: { text: /\n\nyour request to cancel order o1 came after/ } });
  t.end();
});

t.test('there is a way from every definition before, and none from others', (t) => {
  for (let definition = 1; definition < ORDER_DEFINITION; definition += 1) {
    t.not(migrateOrder(storedByDefinition1('pending', false), definition), undefined);
  }
  t.equal(migrateOrder(storedByDefinition1('pending', false), 0), undefined);
  t.equal(orderBehaviour.definition, ORDER_DEFINITION);
  t.end();
});

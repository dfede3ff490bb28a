import type { Test } from 'tap';
import type { Participant } from '../../core/engine/participant-port.ts';
import type { Message } from '../../core/kernel/message.ts';
import { advanceDue } from '../../core/services/shipping/journey-poll.ts';
import type { ShippingQueries } from '../../core/services/shipping/ports.ts';
import { createShipping } from '../../core/services/shipping/shipping.ts';
import type { ShippingStore } from '../../core/services/shipping/store.ts';
import { createStage, messageOf, type Stage } from './participant-stage.ts';
import { ScriptedCarrier, STEP_MS, WHOLE_MS } from './scripted-carrier.ts';
import { eventually } from '../../core/kernel/testing-until.ts';

interface Scene extends Stage {
  readonly carrier: ScriptedCarrier;
  readonly shipping: Participant;
  readonly key: string;
  readonly orderId: string;
  readonly request: Message;
  readonly cancel: Message;
  readonly dispatch: Message;
  readonly types: () => string[];
}

/** What the shipping service must do whatever its store is made of (P14, P16, P18). */
export async function shippingContract(
  t: Test,
  adapter: {
    readonly store: ShippingStore;
    readonly queries: ShippingQueries;
    /** Removes every shipment: a parcel still travelling would be due in the next test. */
    readonly clear: () => Promise<void>;
  },
): Promise<void> {
  const { store, queries } = adapter;
  t.beforeEach(adapter.clear);
  let scenes = 0;
  const scene = (): Scene => {
    scenes += 1;
    const stage = createStage();
    const carrier = new ScriptedCarrier(() => stage.clock.now());
    const orderId = `order-${String(scenes)}`;
    const parcel = { orderId, shipmentKey: `parcel-${String(scenes)}` };
    const address = { street: 'Main 1', city: 'Berlin', state: 'BE', zip: '10115', country: 'DE' };
    const items = [{ sku: 'A', quantity: 1 }];
    return {
      ...stage,
      carrier,
      orderId,
      key: parcel.shipmentKey,
      shipping: createShipping({ tools: stage.tools, store, carrier }),
      request: messageOf(`${orderId}/ship`, 'shipping.requested', {
        ...parcel,
        userId: 'ann',
        address,
        items,
      }),
      cancel: messageOf(`${orderId}/stop`, 'shipping.cancel.requested', {
        ...parcel,
        reason: 'changed mind',
      }),
      dispatch: messageOf(`${orderId}/leave`, 'shipping.dispatch.requested', {
        ...parcel,
        requestedBy: 'admin',
        reason: 'collected by hand',
      }),
      types: () => stage.sent.map(({ type }) => type),
    };
  };
  const only = async (orderId: string) => {
    const [view, ...more] = await queries.shipments(orderId);
    if (view === undefined || more.length > 0) throw new Error('one shipment was expected');
    return view;
  };

  await t.test('a parcel is scheduled, travels step by step and arrives', async (t) => {
    const { shipping, request, tools, clock, sent, key, orderId } = scene();
    await shipping.handle(request);
    t.match(sent, [
      {
        id: `${request.id}/a0`,
        type: 'shipping.scheduled',
        to: orderId,
        data: { shipmentKey: key, trackingNumber: `T-${key}`, carrier: 'Meridian' },
      },
    ]);
    t.match(await only(orderId), { status: 'scheduled', progress: 0, location: { name: 'stop 0' } });
    clock.advance(STEP_MS - 1);
    t.equal(await advanceDue(tools, store), 0, 'not due yet');
    const seen: unknown[] = [];
    for (let step = 1; step <= 5; step += 1) {
      clock.advance(step === 1 ? 1 : STEP_MS);
      t.equal(await advanceDue(tools, store), 1);
      t.equal(await advanceDue(tools, store), 0, 'each step once');
      const { status, progress, location } = await only(orderId);
      seen.push([status, progress, location?.name]);
    }
    t.same(seen, [
      ['dispatched', 0, 'stop 0'],
      ['in_transit', 0.25, 'stop 1'],
      ['in_transit', 0.5, 'stop 2'],
      ['in_transit', 0.75, 'stop 3'],
      ['delivered', 1, 'stop 4'],
    ]);
    t.match(sent.slice(1), [
      { id: `shipment/${key}/1`, type: 'shipping.dispatched', to: orderId, causationId: request.id },
      { id: `shipment/${key}/2`, type: 'shipping.progressed', data: { progress: 0.25 } },
      { id: `shipment/${key}/3`, type: 'shipping.progressed', data: { progress: 0.5 } },
      { id: `shipment/${key}/4`, type: 'shipping.progressed', data: { location: { name: 'stop 3' } } },
      { id: `shipment/${key}/5`, type: 'shipping.delivered', correlationId: 'story' },
    ]);
    clock.advance(WHOLE_MS);
    t.equal(await advanceDue(tools, store), 0, 'the journey is over');
  });

  await t.test('after a long pause every step happens, in order', async (t) => {
    const { shipping, request, tools, clock, sent, types, orderId } = scene();
    await shipping.handle(request);
    clock.advance(WHOLE_MS * 3);
    t.equal(await advanceDue(tools, store), 1);
    t.same(types().slice(1), [
      'shipping.dispatched',
      'shipping.progressed',
      'shipping.progressed',
      'shipping.progressed',
      'shipping.delivered',
    ]);
    const times = sent.slice(1).map(({ data }) => (data as { at: string }).at);
    t.same(times, [...times].sort(), 'each at its own time');
    t.equal((await only(orderId)).status, 'delivered');
  });

  await t.test('a request that is repeated, even after delivery, is answered as before (P14)', async (t) => {
    const { shipping, request, tools, clock, sent } = scene();
    await shipping.handle(request);
    clock.advance(WHOLE_MS);
    await advanceDue(tools, store);
    await shipping.handle(request);
    t.same(sent.at(-1), { ...sent[0], time: sent.at(-1)?.time });
  });

  await t.test('a cancellation that comes first refuses the late request (P16)', async (t) => {
    const { shipping, request, cancel, carrier, types, key, orderId } = scene();
    await shipping.handle(cancel);
    await shipping.handle(request);
    t.same(types(), ['shipping.cancelled', 'shipping.cancelled']);
    t.notOk(carrier.booked.has(key), 'the carrier holds no booking');
    t.equal((await only(orderId)).status, 'cancelled');
  });

  await t.test('before dispatch a cancellation wins, and the parcel stays', async (t) => {
    const { shipping, request, cancel, carrier, tools, clock, sent, types, key } = scene();
    await shipping.handle(request);
    await shipping.handle(cancel);
    await shipping.handle(cancel);
    clock.advance(WHOLE_MS);
    t.equal(await advanceDue(tools, store), 0);
    t.same(types(), ['shipping.scheduled', 'shipping.cancelled', 'shipping.cancelled']);
    t.equal(sent[1]?.id, sent[2]?.id);
    t.same(carrier.cancelled, [key]);
    await shipping.handle(request);
    t.equal(types()[3], 'shipping.cancelled', 'a repeated request learns of it');
    t.not(sent[3]?.id, sent[0]?.id, 'under another id than the first answer');
    t.notOk(carrier.booked.has(key));
  });

  await t.test('from dispatch on a cancellation is refused (P18)', async (t) => {
    const { shipping, request, cancel, tools, clock, types, orderId } = scene();
    await shipping.handle(request);
    clock.advance(STEP_MS);
    await advanceDue(tools, store);
    await shipping.handle(cancel);
    t.same(types(), ['shipping.scheduled', 'shipping.dispatched', 'shipping.cancel.refused']);
    t.equal((await only(orderId)).status, 'dispatched');
  });

  await t.test('a parcel that is handed over early leaves once, and goes on by its plan', async (t) => {
    const { shipping, request, dispatch, cancel, tools, clock, sent, types, key, orderId } = scene();
    await shipping.handle(request);
    await shipping.handle(dispatch);
    await shipping.handle(dispatch);
    t.same(types(), ['shipping.scheduled', 'shipping.dispatched']);
    t.match(sent[1], { id: `shipment/${key}/1`, to: orderId });
    clock.advance(STEP_MS);
    t.equal(await advanceDue(tools, store), 0, 'its dispatch does not come again');
    clock.advance(STEP_MS);
    t.equal(await advanceDue(tools, store), 1);
    t.equal(types()[2], 'shipping.progressed');
    await shipping.handle(cancel);
    t.equal(types()[3], 'shipping.cancel.refused');
  });

  await t.test('a parcel that is not booked, or withdrawn, is not handed over', async (t) => {
    const { shipping, request, dispatch, cancel, types, orderId } = scene();
    await shipping.handle(dispatch);
    t.same(types(), []);
    await shipping.handle(request);
    await shipping.handle(cancel);
    await shipping.handle(dispatch);
    t.same(types(), ['shipping.scheduled', 'shipping.cancelled']);
    t.equal((await only(orderId)).status, 'cancelled');
  });

  await t.test('a carrier that keeps going lets the journey resume', async (t) => {
    const { shipping, request, cancel, carrier, tools, clock, types } = scene();
    await shipping.handle(request);
    carrier.keepsGoing = true;
    await shipping.handle(cancel);
    clock.advance(STEP_MS);
    t.equal(await advanceDue(tools, store), 1);
    t.same(types(), ['shipping.scheduled', 'shipping.cancel.refused', 'shipping.dispatched']);
  });

  await t.test(
    'a cancellation refused by the carrier is refused in the same words after dispatch (P14)',
    async (t) => {
      const { shipping, request, cancel, carrier, tools, clock, sent } = scene();
      await shipping.handle(request);
      carrier.keepsGoing = true;
      await shipping.handle(cancel);
      clock.advance(STEP_MS);
      await advanceDue(tools, store);
      await shipping.handle(cancel);
      const [, first, , again] = sent;
      t.match(first, { type: 'shipping.cancel.refused', data: { reason: 'picked up already' } });
      t.same(again, { ...first, time: again?.time });
    },
  );

  await t.test('while the carrier is silent nothing is told, and nothing leaves', async (t) => {
    const { shipping, request, cancel, carrier, tools, clock, types } = scene();
    carrier.silent = true;
    await t.rejects(shipping.handle(request), { code: 'carrier_silent', retryable: true });
    carrier.silent = false;
    await shipping.handle(request);
    carrier.silent = true;
    await t.rejects(shipping.handle(cancel), { code: 'carrier_silent', retryable: true });
    clock.advance(WHOLE_MS);
    t.equal(await advanceDue(tools, store), 0, 'it is withdrawn already');
    t.same(types(), ['shipping.scheduled']);
    carrier.silent = false;
    await shipping.handle(cancel);
    t.same(types(), ['shipping.scheduled', 'shipping.cancelled']);
  });

  await t.test('after the last try the order is told, either way', async (t) => {
    const lost = scene();
    lost.carrier.silent = true;
    await lost.shipping.giveUp?.(lost.request, new Error('silent'));
    t.same(lost.types(), ['shipping.failed']);
    t.equal((await only(lost.orderId)).status, 'failed');
    await lost.shipping.handle(lost.cancel);
    t.same(lost.types(), ['shipping.failed', 'shipping.cancelled']);

    const stuck = scene();
    await stuck.shipping.handle(stuck.request);
    stuck.carrier.silent = true;
    await t.rejects(stuck.shipping.handle(stuck.cancel), { code: 'carrier_silent' });
    await stuck.shipping.giveUp?.(stuck.cancel, new Error('silent'));
    stuck.clock.advance(STEP_MS);
    t.equal(await advanceDue(stuck.tools, store), 1);
    t.same(stuck.types(), ['shipping.scheduled', 'shipping.cancel.refused', 'shipping.dispatched']);
  });

  await t.test('a parcel the carrier refuses for good fails', async (t) => {
    const { shipping, request, carrier, sent, orderId } = scene();
    carrier.refuses = true;
    await shipping.handle(request);
    t.match(sent, [{ type: 'shipping.failed', data: { reason: 'too heavy' } }]);
    t.match(await only(orderId), { status: 'failed', trackingNumber: '', route: [] });
  });

  await t.test('dispatch and cancellation at the same moment: one of them wins', async (t) => {
    const races = Array.from({ length: 12 }, scene);
    for (const race of races) {
      await race.shipping.handle(race.request);
      race.clock.advance(STEP_MS);
    }
    await Promise.all(
      races.flatMap((race) => [race.shipping.handle(race.cancel), advanceDue(race.tools, store)]),
    );
    for (const race of races) await advanceDue(race.tools, store);
    const everything = races.flatMap(({ sent }) => sent);
    for (const { orderId } of races) {
      const mine = everything.filter(({ subject }) => subject === orderId).map(({ type }) => type);
      const cancelled = mine.includes('shipping.cancelled');
      t.equal(mine.includes('shipping.dispatched'), !cancelled, orderId);
      t.equal(mine.includes('shipping.cancel.refused'), !cancelled, orderId);
      t.equal((await only(orderId)).status, cancelled ? 'cancelled' : 'dispatched');
    }
  });

  await t.test('two parcels of one key belong to one order', async (t) => {
    const one = scene();
    await one.shipping.handle(one.request);
    const forged = messageOf('forged', 'shipping.cancel.requested', {
      orderId: 'other',
      shipmentKey: one.key,
      reason: 'x',
    });
    await t.rejects(one.shipping.handle(forged), { code: 'shipment_mismatch', retryable: false });
  });

  await t.test('the poll moves parcels on by itself, and rests when stopped', async (t) => {
    const { shipping, request, clock, types } = scene();
    await shipping.handle(request);
    const stop = shipping.start?.();
    clock.advance(STEP_MS);
    await eventually(() => {
      clock.advance(500);
      return types().includes('shipping.dispatched');
    });
    await stop?.();
    const before = types().length;
    clock.advance(WHOLE_MS);
    await new Promise((resolve) => setTimeout(resolve, 20));
    t.equal(types().length, before);
  });
}

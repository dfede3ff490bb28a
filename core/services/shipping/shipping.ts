import { createRowBatch } from '../../engine/row-batch.ts';
import type { Participant, ParticipantTools } from '../../engine/participant-port.ts';
import { BadMessage, OrreryError } from '../../kernel/errors.ts';
import type { Message } from '../../kernel/message.ts';
import { withinTime } from '../within-time.ts';
import type { Carrier } from './carrier.ts';
import {
  decideCancel,
  decideDispatch,
  decideRequest,
  type ShippingEvidence,
  type ShippingNext,
} from './decide-shipping.ts';
import { startJourneys } from './journey-poll.ts';
import {
  type CancelRequest,
  type DispatchRequest,
  type Shipment,
  SHIPPING_ACCEPTS,
  type ShipRequest,
} from './shipment.ts';
import type { ShippingStore } from './store.ts';

/**
 * The shipping service: books parcels, withdraws them, moves them on.
 *
 * Owns: the loop look at the row, ask the carrier, write down what it said, until the answer is durable.
 * Does not own: what is decided (decide-shipping), the steps of a journey (journey).
 */
export interface ShippingOptions {
  readonly tools: ParticipantTools;
  readonly store: ShippingStore;
  readonly carrier: Carrier;
  /** How long one call to the carrier may take, milliseconds. */
  readonly callTimeoutMs?: number;
  /** Messages handled at once. */
  readonly concurrency?: number;
}

interface Item {
  readonly request: ShipRequest | CancelRequest | DispatchRequest;
  readonly evidence: ShippingEvidence;
}

const CALL_TIMEOUT_MS = 10_000;
/** Rounds of look and ask; the longest sensible way has three. */
const ROUNDS_MAX = 6;

export function createShipping(options: ShippingOptions): Participant {
  const { tools, store, carrier } = options;
  const callTimeoutMs = options.callTimeoutMs ?? CALL_TIMEOUT_MS;
  const step = createRowBatch<Shipment, Item, ShippingNext>({
    tools,
    store,
    keyOf: ({ request }) => request.data.shipmentKey,
    decide: (shipment, { request, evidence }, nowMs) => {
      if (request.type === 'shipping.requested') return decideRequest(shipment, request, evidence, nowMs);
      if (request.type === 'shipping.cancel.requested')
        return decideCancel(shipment, request, evidence, nowMs);
      return decideDispatch(shipment, request, nowMs);
    },
    // A parcel that was just booked is nearly always new here, and one to be withdrawn nearly always known.
    expect: ({ request, evidence }) =>
      request.type === 'shipping.requested' && evidence.kind === 'booked' ? null : undefined,
  });
  const ask = (next: 'book' | 'cancel', request: Item['request']): Promise<ShippingEvidence> =>
    withinTime<ShippingEvidence>(tools.clock, callTimeoutMs, (signal) => {
      const key = request.data.shipmentKey;
      if (next === 'cancel' || request.type !== 'shipping.requested') return carrier.cancel(key, signal);
      return carrier.book({ key, address: request.data.address, items: request.data.items }, signal);
    }).catch((cause: unknown) => {
      throw new OrreryError(
        'carrier_silent',
        `no answer from the carrier about ${request.data.shipmentKey}`,
        {
          retryable: true,
          cause,
        },
      );
    });

  return {
    service: 'shipping',
    accepts: SHIPPING_ACCEPTS,
    concurrency: options.concurrency ?? 256,
    handle: async (message) => {
      const request = asRequest(message);
      // A new request is nearly always unknown here: the carrier is asked first, and the row looked at once.
      let evidence: ShippingEvidence =
        request.type === 'shipping.requested' ? await ask('book', request) : { kind: 'nothing' };
      for (let round = 0; round < ROUNDS_MAX; round += 1) {
        const next = await step({ request, evidence });
        if (next === 'done') return;
        evidence = await ask(next, request);
      }
      throw new OrreryError('carrier_unclear', `${request.data.shipmentKey} did not come to rest`, {
        retryable: true,
      });
    },
    giveUp: async (message, error) => {
      const request = asRequest(message);
      const { shipmentKey, orderId } = request.data;
      tools.logger.error({ shipmentKey, orderId, error: error.message }, 'the carrier can not be reached');
      await step({ request, evidence: { kind: 'gaveUp', reason: error.message.slice(0, 500) } });
    },
    start: () => startJourneys(tools, store),
  };
}

/** The engine checked the message against the catalogue before it came here. */
function asRequest(message: Message): Item['request'] {
  if (message.type === 'shipping.requested') return message as ShipRequest;
  if (message.type === 'shipping.cancel.requested') return message as CancelRequest;
  if (message.type === 'shipping.dispatch.requested') return message as DispatchRequest;
  throw new BadMessage('unexpected_type', `shipping does not handle ${message.type}`);
}

import { uuidv7 } from 'uuidv7';
import { composeReaction } from '../../core/engine/compose.ts';
import { microBatch } from '../../core/engine/micro-batch.ts';
import type { Broker, Delivery } from '../../core/engine/ports.ts';
import { createRouter } from '../../core/engine/router.ts';
import { partitionQueue } from '../../core/engine/topology.ts';
import { PREFETCH_FRAMES } from '../../core/kernel/limits.ts';
import type { Message } from '../../core/kernel/message.ts';
import { currentVersionOf, exchangeOf } from '../../core/messages/catalogue.ts';
import { reserved, reserveRequested } from '../../core/messages/inventory.ts';
import { takersOf } from '../../adapters/main/topology.ts';
import { BenchInvalid } from '../harness/bench.ts';
import { Waiting } from '../harness/waiting.ts';
import type { InventoryAlone } from './inventory.ts';

/**
 * Owns: what the orders service does about stock, and nothing else: it asks in the engine's frames, and hears the
 * answers from the queues of its partitions. It keeps nothing: orders are another bench.
 */
export class OrdersStandIn {
  /** Of the reservations asked for since the last `begin`. */
  load = new Waiting();
  readonly #broker: Broker;
  readonly #send: (request: Message) => Promise<unknown>;
  #failure: BenchInvalid | undefined;

  private constructor({ broker, partitions }: InventoryAlone) {
    this.#broker = broker;
    const router = createRouter({ partitions, exchangeOf, takersOf });
    // What is asked for in one turn of the event loop leaves together, as the orders of one commit do.
    this.#send = microBatch((requests: readonly Message[]) => {
      this.#broker.publish(router.frames(requests)).catch((error: unknown) => {
        this.#failure ??= new BenchInvalid(`a request was not sent: ${String(error)}`);
      });
      return Promise.resolve(requests);
    });
  }

  /** Resolves once it hears answers. */
  static async open(inventory: InventoryAlone): Promise<OrdersStandIn> {
    const orders = new OrdersStandIn(inventory);
    for (let partition = 0; partition < inventory.partitions; partition += 1) {
      await inventory.broker.consume(
        partitionQueue('orders', partition),
        { prefetch: PREFETCH_FRAMES, exclusive: true },
        {
          onDelivery: (delivery) => orders.#hear(delivery),
          onLost: (reason) => {
            orders.#failure ??= new BenchInvalid(`the answers can't be heard any more: ${reason.message}`);
          },
        },
      );
    }
    return orders;
  }

  begin(): Waiting {
    this.load = new Waiting();
    return this.load;
  }

  /** One unit for a new order; resolves when its reservation was confirmed. */
  async reserve(sku: string): Promise<void> {
    if (this.#failure !== undefined) throw this.#failure;
    const orderId = uuidv7();
    const answered = this.load.begin(orderId, performance.now());
    await this.#send(requestOf(orderId, sku));
    await answered;
  }

  #hear(delivery: Delivery): void {
    for (const { type, to, data } of delivery.messages as readonly Message[]) {
      if (type === reserved.type) this.load.done(to ?? '');
      else this.#failure ??= new BenchInvalid(`a request was answered with ${type}: ${JSON.stringify(data)}`);
    }
    delivery.ack();
  }
}

/** As the first step of an order sends it. */
function requestOf(orderId: string, sku: string): Message {
  const nowMs = Date.now();
  const cause: Message = {
    id: `${orderId}/placed`,
    type: 'order.placed',
    subject: orderId,
    correlationId: orderId,
    causationId: null,
    time: new Date(nowMs).toISOString(),
    version: 1,
    data: null,
  };
  const draft = { type: reserveRequested.type, subject: sku, data: { orderId, sku, quantity: 1 } };
  const [request] = composeReaction(
    { kind: 'order', id: orderId, version: 1 },
    cause,
    [draft],
    nowMs,
    currentVersionOf,
  );
  if (request === undefined) throw new Error('a message for a draft');
  return request;
}

import { type Clock, sleep } from '../../kernel/clock.ts';
import { OrreryError } from '../../kernel/errors.ts';
import type { Message } from '../../kernel/message.ts';
import { adjustRequested, transferRequested } from '../../messages/inventory.ts';
import type {
  AdjustOutcome,
  AdjustRequest,
  InventoryCommands,
  InventoryQueries,
  StockLevel,
} from './ports.ts';
import { isWarehouse } from './warehouses.ts';

export type { AdjustOutcome } from './ports.ts';

/** What became of corrections and transfers: their ledger rows tell, under the requests' message ids. */
export interface AdjustOutcomes {
  /** Those that the stock actors have handled. */
  outcomes(messageIds: readonly string[]): Promise<ReadonlyMap<string, AdjustOutcome>>;
}

export interface AdjustPorts {
  readonly queries: Pick<InventoryQueries, 'find'> & AdjustOutcomes;
  /** Resolves once the message is durable on its way to the stock actor. */
  readonly send: (message: Message) => Promise<void>;
  readonly newId: () => string;
  readonly clock: Clock;
}

/** How long the caller waits for the stock actors, milliseconds. */
const ANSWER_WAIT_MS = 5_000;
const POLL_MS = { first: 10, max: 250 } as const;

/** Corrections and transfers of stock by operators: asked of the SKU's actor, which alone may change a count. */
export function inventoryCommands(ports: AdjustPorts): InventoryCommands {
  const messageOf = (
    definition: typeof adjustRequested | typeof transferRequested,
    id: string,
    data: { readonly sku: string; readonly opens: boolean },
  ): Message => ({
    id,
    type: definition.type,
    subject: data.sku,
    correlationId: data.sku,
    causationId: null,
    time: new Date(ports.clock.now()).toISOString(),
    version: definition.version,
    data: definition.data.parse(data),
  });
  const adjustment = (id: string, request: AdjustRequest): Message =>
    messageOf(adjustRequested, id, { ...request, opens: mayOpen(request) });
  /** Sends one request and resolves with the levels after it. */
  const ask = async (message: Message, refusal: (code: string) => OrreryError): Promise<StockLevel> => {
    await ports.send(message);
    const outcome = (await awaitOutcomes(ports, [message.id])).get(message.id);
    if (outcome === undefined) throw noAnswer();
    if (!outcome.adjusted) throw refusal(outcome.code);
    const level = await ports.queries.find(message.subject);
    if (level === undefined) throw refusal('unknown_sku');
    return level;
  };
  return {
    async adjust(request) {
      const refusal = (code: string): OrreryError => adjustRefusal(code, request);
      if (request.opens !== true && (await ports.queries.find(request.sku)) === undefined) {
        throw refusal('unknown_sku');
      }
      return ask(adjustment(`adjust/${ports.newId()}`, request), refusal);
    },

    async adjustAll(requests) {
      const byMessage = new Map([...requests].map(([id, request]) => [batchMessageId(id), { id, request }]));
      const messageIds = [...byMessage.keys()];
      const known = await ports.queries.outcomes(messageIds);
      const fresh = [...byMessage].filter(([messageId]) => !known.has(messageId));
      await Promise.all(fresh.map(([messageId, { request }]) => ports.send(adjustment(messageId, request))));
      const outcomes = fresh.length === 0 ? known : await awaitOutcomes(ports, messageIds);
      return new Map(
        [...outcomes].map(([messageId, outcome]) => [byMessage.get(messageId)?.id ?? messageId, outcome]),
      );
    },

    async transfer(request) {
      const refusal = (code: string): OrreryError => transferRefusal(code, request);
      if ((await ports.queries.find(request.sku)) === undefined) throw refusal('unknown_sku');
      const data = { ...request, opens: isWarehouse(request.toWarehouseId) };
      return ask(messageOf(transferRequested, `transfer/${ports.newId()}`, data), refusal);
    },
  };
}

function mayOpen({ opens, warehouseId }: AdjustRequest): boolean {
  return opens === true && isWarehouse(warehouseId);
}

/** The caller's id makes the message's: what is sent again moves nothing twice. */
function batchMessageId(id: string): string {
  return `adjust/${id}`;
}

/** Those of the answers that came in time. */
async function awaitOutcomes(
  ports: AdjustPorts,
  messageIds: readonly string[],
): Promise<ReadonlyMap<string, AdjustOutcome>> {
  const deadline = ports.clock.now() + ANSWER_WAIT_MS;
  for (let pauseMs: number = POLL_MS.first; ; pauseMs = Math.min(pauseMs * 2, POLL_MS.max)) {
    const outcomes = await ports.queries.outcomes(messageIds);
    if (outcomes.size === messageIds.length || ports.clock.now() >= deadline) return outcomes;
    await sleep(ports.clock, pauseMs);
  }
}

function noAnswer(): OrreryError {
  return new OrreryError(
    'timeout',
    'the stock actor did not answer in time; the change may still happen, once',
    {
      retryable: true,
    },
  );
}

function adjustRefusal(code: string, { sku, warehouseId }: AdjustRequest): OrreryError {
  switch (code) {
    case 'unknown_sku':
      return new OrreryError(code, `sku: there is no stock of ${sku}`);
    case 'unknown_warehouse':
      return new OrreryError(code, `warehouseId: ${sku} is not kept in warehouse ${warehouseId}`);
    case 'below_reserved':
      return new OrreryError(
        code,
        `delta: orders hold more units of ${sku} in ${warehouseId} than would be left`,
      );
    default:
      return new OrreryError(code, `the correction of ${sku} was refused: ${code}`);
  }
}

function transferRefusal(code: string, request: Parameters<InventoryCommands['transfer']>[0]): OrreryError {
  const { sku, fromWarehouseId, toWarehouseId, quantity } = request;
  switch (code) {
    case 'unknown_sku':
      return new OrreryError(code, `sku: there is no stock of ${sku}`);
    case 'unknown_warehouse':
      return new OrreryError(
        code,
        isWarehouse(toWarehouseId)
          ? `fromWarehouseId: ${sku} is not kept in warehouse ${fromWarehouseId}`
          : `toWarehouseId: ${sku} can't be kept in warehouse ${toWarehouseId}`,
      );
    case 'same_warehouse':
      return new OrreryError(code, 'toWarehouseId: must be another warehouse than fromWarehouseId');
    case 'not_available':
      return new OrreryError(
        code,
        `quantity: fewer than ${String(quantity)} units of ${sku} are free in ${fromWarehouseId}`,
      );
    default:
      return new OrreryError(code, `the transfer of ${sku} was refused: ${code}`);
  }
}

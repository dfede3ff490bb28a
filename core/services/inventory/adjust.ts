import { type Clock, sleep } from '../../kernel/clock.ts';
import { OrreryError } from '../../kernel/errors.ts';
import type { Message } from '../../kernel/message.ts';
import { adjustRequested } from '../../messages/inventory.ts';
import type { InventoryCommands, InventoryQueries, StockLevel } from './ports.ts';

/** What became of a correction: its ledger row tells, under the request's message id. */
export type AdjustOutcome = { readonly adjusted: true } | { readonly adjusted: false; readonly code: string };

export interface AdjustOutcomes {
  /** Undefined: the stock actor has not handled the message yet. */
  outcome(messageId: string): Promise<AdjustOutcome | undefined>;
}

export interface AdjustPorts {
  readonly queries: Pick<InventoryQueries, 'find'> & AdjustOutcomes;
  /** Resolves once the message is durable on its way to the stock actor. */
  readonly send: (message: Message) => Promise<void>;
  readonly newId: () => string;
  readonly clock: Clock;
}

/** How long the caller waits for the stock actor, milliseconds. */
const ANSWER_WAIT_MS = 5_000;
const POLL_MS = { first: 10, max: 250 } as const;

/** Corrections of stock by operators: asked of the SKU's actor, which alone may change a count. */
export function inventoryCommands(ports: AdjustPorts): InventoryCommands {
  return {
    async adjust(request) {
      const { sku, warehouseId } = request;
      if ((await ports.queries.find(sku)) === undefined) throw refusal('unknown_sku', sku, warehouseId);
      const message: Message = {
        id: `adjust/${ports.newId()}`,
        type: adjustRequested.type,
        subject: sku,
        correlationId: sku,
        causationId: null,
        time: new Date(ports.clock.now()).toISOString(),
        version: adjustRequested.version,
        data: adjustRequested.data.parse(request),
      };
      await ports.send(message);
      const outcome = await awaitOutcome(ports, message.id);
      if (!outcome.adjusted) throw refusal(outcome.code, sku, warehouseId);
      const level: StockLevel | undefined = await ports.queries.find(sku);
      if (level === undefined) throw refusal('unknown_sku', sku, warehouseId);
      return level;
    },
  };
}

async function awaitOutcome(ports: AdjustPorts, messageId: string): Promise<AdjustOutcome> {
  const deadline = ports.clock.now() + ANSWER_WAIT_MS;
  for (
    let pauseMs: number = POLL_MS.first;
    ports.clock.now() < deadline;
    pauseMs = Math.min(pauseMs * 2, POLL_MS.max)
  ) {
    const outcome = await ports.queries.outcome(messageId);
    if (outcome !== undefined) return outcome;
    await sleep(ports.clock, pauseMs);
  }
  throw new OrreryError(
    'timeout',
    'the stock actor did not answer in time; the correction may still happen, once',
    {
      retryable: true,
    },
  );
}

function refusal(code: string, sku: string, warehouseId: string): OrreryError {
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

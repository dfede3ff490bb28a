import type { Json } from '../../core/engine/behaviour.ts';
import type { CancelRequest, OrderContext } from './context.ts';

/*
 * How stored orders of older definitions become orders of today's. Each step knows two neighbouring definitions and
 * stays as it is for good; a snapshot takes as many as it needs.
 */

/** Raised with every change that a stored order would not survive; see docs/decisions/007-sagas-migrate-forwards.md. */
export const ORDER_DEFINITION = 4;

/**
 * A stored order as far as steps look at it: they change its context and leave its place in the machine. From definition
 * 3 on a context leaves out what is as usual (stored.ts), unless an older definition wrote it.
 */
interface Stored {
  readonly context: Readonly<Record<string, unknown>>;
}

type Step = (stored: Stored) => Stored;

/** By the definition they begin at. */
const STEPS: Readonly<Record<number, Step>> = { 1: whoAskedForTheCancellation, 2: asItIs, 3: asItIs };

/** Undefined where no step leads on. */
export function migrateOrder(stored: Json, fromDefinition: number): Json | undefined {
  let order = stored as unknown as Stored;
  for (let definition = fromDefinition; definition < ORDER_DEFINITION; definition += 1) {
    const step = STEPS[definition];
    if (step === undefined) return undefined;
    order = step(order);
  }
  return order as unknown as Json;
}

/** Definition 1 knew that somebody had asked (`cancelAsked`), not who, when and why. */
function whoAskedForTheCancellation({ context, ...place }: Stored): Stored {
  const { cancelAsked, ...facts } = context;
  const unknown: CancelRequest = { requestedBy: null, reason: null, at: null, tooLate: false };
  const changed: Pick<OrderContext, 'cancelRequest'> = {
    cancelRequest: cancelAsked === true ? unknown : null,
  };
  return { ...place, context: { ...facts, ...changed } };
}

/**
 * Definition 3 leaves out what is as usual, which definition 2 could not read, and definition 4 may be parked, which
 * definition 3 would not see; what knows neither is read as well.
 */
function asItIs(stored: Stored): Stored {
  return stored;
}

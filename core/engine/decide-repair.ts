import type { Message } from '../kernel/message.ts';
import type { Json, Reaction, Repairs } from './behaviour.ts';
import type { LiveActor } from './live-actor.ts';
import type { Parked, Refusal, RepairRequest } from './repair.ts';

/**
 * Owns: what a repair does to an actor. Pure: a preview is the same decision over the stored actor.
 * Does not own: writing it down and sending what follows (decide.ts).
 *
 * I1. A repair that was decided on another version changes nothing but the log, which names the reason.
 * I2. What a repair warns of is done only where it was acknowledged.
 */
export interface RepairDecision {
  readonly reaction: Reaction<unknown>;
  /** Open requests that go out again, unchanged. */
  readonly resent: readonly Message[];
  /** Types of open requests that count as answered. */
  readonly settles: readonly string[];
  /** Put back into time by this; null: it was not. */
  readonly unparked: Parked | null;
}

/** Note of the log row of a repair. */
export interface RepairNote {
  readonly repair: {
    readonly repairId: string;
    readonly operation: string;
    readonly outcome: 'done' | 'refused';
    readonly code?: Refusal['code'];
    readonly why?: string;
    readonly warnings?: readonly string[];
    readonly errors?: Refusal['errors'];
  };
}

export function decideRepair(
  repairs: Repairs<unknown>,
  actor: LiveActor,
  request: RepairRequest,
  now: number,
): RepairDecision {
  const decided = operate(repairs, actor, request, now);
  const note = noteOf(request, decided);
  if ('code' in decided) {
    const stay = repairs.park(actor.state, repairs.parked(actor.state), now);
    return { reaction: { ...stay, note }, resent: [], settles: [], unparked: null };
  }
  const { reaction, resent = [], settles = [], unparked = null } = decided;
  return { reaction: { ...reaction, note }, resent, settles, unparked };
}

interface Operated extends Partial<Omit<RepairDecision, 'reaction'>> {
  readonly reaction: Reaction<unknown>;
  readonly warnings?: readonly string[];
}

function operate(
  repairs: Repairs<unknown>,
  actor: LiveActor,
  request: RepairRequest,
  now: number,
): Operated | Refusal {
  if (request.expectedVersion !== actor.version) {
    return refuse(
      'moved_on',
      `it was decided on version ${String(request.expectedVersion)}, and version ${String(actor.version)} has come`,
    );
  }
  const parked = repairs.parked(actor.state);
  switch (request.operation) {
    case 'resend':
      return resend(repairs, actor, request, now);
    case 'migrate':
      // Hydrated by this definition, it is written by it.
      return { reaction: repairs.park(actor.state, parked, now) };
    case 'park':
      return park(repairs, actor, request, now);
    case 'unpark':
      if (parked === null) return refuse('not_possible', 'it is not parked');
      return { reaction: repairs.park(actor.state, null, now), unparked: parked };
    default:
      return byBehaviour(repairs, actor, request, now);
  }
}

function resend(
  repairs: Repairs<unknown>,
  actor: LiveActor,
  { messageId }: RepairRequest,
  now: number,
): Operated | Refusal {
  const chosen = actor.waiting.filter(({ message }) => messageId === undefined || message.id === messageId);
  if (chosen.length === 0) {
    const what = messageId === undefined ? 'no request is open' : `no request ${messageId} is open`;
    return refuse('not_possible', `${what}: everything it asked for was answered`);
  }
  const reaction = repairs.park(actor.state, repairs.parked(actor.state), now);
  return { reaction, resent: chosen.map(({ message }) => message) };
}

function park(
  repairs: Repairs<unknown>,
  actor: LiveActor,
  { requestedBy, reason }: RepairRequest,
  now: number,
): Operated | Refusal {
  if (repairs.parked(actor.state) !== null) return refuse('not_possible', 'it is parked already');
  if (actor.behaviour.finished(actor.state))
    return refuse('not_possible', 'it has ended: nothing will arrive');
  const version = actor.version + 1;
  const parked: Parked = { sinceMs: now, version, by: requestedBy, reason, held: [] };
  return { reaction: repairs.park(actor.state, parked, now) };
}

function byBehaviour(
  repairs: Repairs<unknown>,
  actor: LiveActor,
  request: RepairRequest,
  now: number,
): Operated | Refusal {
  const repaired = repairs.repair(actor.state, request, now);
  if ('refusal' in repaired) return repaired.refusal;
  if (repaired.warnings.length > 0 && !request.acknowledge) {
    return {
      code: 'acknowledge_required',
      why: 'its warnings have to be acknowledged',
      warnings: repaired.warnings,
    };
  }
  return repaired;
}

function refuse(code: Refusal['code'], why: string): Refusal {
  return { code, why };
}

function noteOf({ repairId, operation }: RepairRequest, decided: Operated | Refusal): Json {
  const refused = 'code' in decided;
  const { code, why, errors } = refused ? decided : {};
  const { warnings = [] } = decided;
  const note: RepairNote = {
    repair: {
      repairId,
      operation,
      outcome: refused ? 'refused' : 'done',
      ...(code === undefined ? {} : { code }),
      ...(why === undefined ? {} : { why }),
      ...(errors === undefined ? {} : { errors }),
      ...(warnings.length === 0 ? {} : { warnings }),
    },
  };
  return note as unknown as Json;
}

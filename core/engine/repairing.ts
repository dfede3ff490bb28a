import { BadMessage, errorMessage } from '../kernel/errors.ts';
import type { Message } from '../kernel/message.ts';
import type { Reaction, Repairs } from './behaviour.ts';
import { decideRepair } from './decide-repair.ts';
import { type LiveActor, parkedOf } from './live-actor.ts';
import type { OpenRequest } from './ports.ts';
import { HELD_MESSAGES_MAX, type Parked, type RepairRequest } from './repair.ts';

/**
 * Owns: what repairs and parking write into a decision.
 * Does not own: what a repair does (decide-repair.ts), the decision itself (decide.ts).
 *
 * I1. A message that is kept stands in the log at once, so that a repeat of it is none; handing it over is a second entry.
 * I2. What was kept is handed over in order, each to the state the one before it left, ahead of any timer.
 * I3. Time rests for a parked actor: what was armed before is later by as long as it was parked.
 */
export interface Pen {
  readonly now: number;
  /** `logId`: of the log row, where that is not the message's own. */
  readonly apply: (actor: LiveActor, message: Message, reaction: Reaction<unknown>, logId?: string) => void;
  readonly send: (partition: number, message: Message) => void;
  /** A message that was kept in this partition can't be handled. */
  readonly refuse: (message: Message, error: unknown, keptIn: number) => void;
}

/** Throws BadMessage `parked_full`. */
export function hold(
  pen: Pen,
  repairs: Repairs<unknown>,
  actor: LiveActor,
  message: Message,
  parked: Parked,
): void {
  if (parked.held.length >= HELD_MESSAGES_MAX) {
    throw new BadMessage(
      'parked_full',
      `${actor.behaviour.kind} ${actor.id} is parked and keeps ${String(HELD_MESSAGES_MAX)} messages already`,
    );
  }
  const kept: Parked = { ...parked, held: [...parked.held, message] };
  pen.apply(actor, message, { ...repairs.park(actor.state, kept, pen.now), note: { effect: 'held' } });
}

export function repair(pen: Pen, repairs: Repairs<unknown>, actor: LiveActor, message: Message): void {
  const decision = decideRepair(repairs, actor, message.data as RepairRequest, pen.now);
  const before = actor.waiting;
  pen.apply(actor, message, decision.reaction);
  const asked = actor.waiting.filter((request) => !before.includes(request));
  actor.waiting = [...stillOpen(before, decision.settles, asked), ...asked];
  for (const each of decision.resent) pen.send(actor.partition, each);
  if (decision.unparked !== null) handOver(pen, repairs, actor, decision.unparked);
  else if (actor.behaviour.finished(actor.state)) endParking(pen, repairs, actor, message);
}

/** A repair has brought a parked actor to its end: what it keeps is handed over all the same. */
function endParking(pen: Pen, repairs: Repairs<unknown>, actor: LiveActor, message: Message): void {
  const parked = parkedOf(actor);
  if (parked === null) return;
  const taken = repairs.park(actor.state, null, pen.now);
  pen.apply(actor, message, { ...taken, note: { effect: 'unparked' } }, `${message.id}/unparked`);
  handOver(pen, repairs, actor, parked);
}

function handOver(pen: Pen, repairs: Repairs<unknown>, actor: LiveActor, parked: Parked): void {
  backInTime(actor, parked, pen.now);
  for (const message of parked.held) {
    const logId = `${message.id}/handed-over`;
    try {
      pen.apply(actor, message, actor.behaviour.react(actor.state, message, pen.now), logId);
    } catch (error) {
      const stay = repairs.park(actor.state, null, pen.now);
      const note = { effect: 'refused', reason: errorMessage(error) };
      pen.apply(actor, message, { ...stay, note }, logId);
      pen.refuse(message, error, actor.partition);
    }
  }
}

function backInTime(actor: LiveActor, parked: Parked, now: number): void {
  const rested = Math.max(0, now - parked.sinceMs);
  actor.timers = actor.timers.map((timer) =>
    timer.armedAt < parked.version ? { ...timer, dueAt: timer.dueAt + rested } : timer,
  );
  actor.waiting = actor.waiting.map((request) =>
    request.sinceMs <= parked.sinceMs ? { ...request, sinceMs: request.sinceMs + rested } : request,
  );
}

/** Open requests that a repair leaves: neither taken for answered nor asked anew by it. */
function stillOpen(
  waiting: readonly OpenRequest[],
  settles: readonly string[],
  asked: readonly OpenRequest[],
): readonly OpenRequest[] {
  const anew = new Set(asked.map(({ message: { type, subject } }) => `${type} ${subject}`));
  return waiting.filter(
    ({ message: { type, subject } }) => !settles.includes(type) && !anew.has(`${type} ${subject}`),
  );
}

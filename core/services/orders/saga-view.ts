import type { AnyBehaviour, OperationNow } from '../../engine/behaviour.ts';
import type { RepairNote } from '../../engine/decide-repair.ts';
import { type LiveActor, parkedOf, timesSent } from '../../engine/live-actor.ts';
import type { ActorRecord } from '../../engine/ports.ts';
import { HELD_MESSAGES_MAX } from '../../engine/repair.ts';
import { assert } from '../../kernel/assert.ts';
import { isoTime } from '../../kernel/iso-time.ts';
import { orderRepairRequested } from '../../messages/orders.ts';
import { REPAIR_OPERATIONS, type RepairOperation } from '../../messages/order-repair.ts';
import type { SagaLogEntry } from './ports.ts';
import type { OperationView, RepairView, SagaView, Shown } from './repair-ports.ts';
import { hydrated, RepairRefused } from './repair-refused.ts';

const REPAIRS_SHOWN_MAX = 20;

/** A saga as operators see it at a moment; one that this build can't continue is shown as it is stored. */
export function sagaView(
  behaviour: AnyBehaviour,
  record: ActorRecord,
  repaired: readonly RepairView[],
  now: number,
): SagaView {
  const { repairs } = behaviour;
  assert(repairs !== undefined, 'the saga can be repaired');
  let actor: LiveActor;
  try {
    actor = hydrated(behaviour, record);
  } catch (error) {
    if (error instanceof RepairRefused) return unreadable(behaviour, record, repaired, error.message);
    throw error;
  }
  const parked = parkedOf(actor);
  return {
    kind: record.kind,
    id: record.id,
    version: record.version,
    state: repairs.place(actor.state),
    finished: behaviour.finished(actor.state),
    definition: record.definition,
    newestDefinition: behaviour.definition,
    context: repairs.shown(actor.state),
    requests: actor.waiting.map(({ message: { id, type, subject, data }, sinceMs }) => ({
      messageId: id,
      type,
      subject,
      since: isoTime(sinceMs),
      ageMs: now - sinceMs,
      attempts: timesSent((parked?.sinceMs ?? now) - sinceMs),
      data: data as Shown,
    })),
    timers: actor.timers.map(({ id, dueAt }) => ({ id, dueAt: isoTime(dueAt), inMs: dueAt - now })),
    parked:
      parked === null
        ? null
        : {
            since: isoTime(parked.sinceMs),
            by: parked.by,
            reason: parked.reason,
            held: parked.held.map(({ id, type, time }) => ({ messageId: id, type, time })),
            heldMax: HELD_MESSAGES_MAX,
          },
    operations: operationsOf(actor, record, repairs.possible(actor.state)),
    repairs: repaired,
  };
}

/** An actor of a definition that this build can't continue, as it is stored. */
function unreadable(
  behaviour: AnyBehaviour,
  { kind, id, version, definition, snapshot, finished }: ActorRecord,
  repaired: readonly RepairView[],
  why: string,
): SagaView {
  return {
    kind,
    id,
    version,
    state: 'unreadable',
    finished,
    definition,
    newestDefinition: behaviour.definition,
    context: snapshot,
    requests: [],
    timers: [],
    parked: null,
    operations: REPAIR_OPERATIONS.map((operation) => ({ operation, possible: false, why, steps: [] })),
    repairs: repaired,
  };
}

function operationsOf(
  actor: LiveActor,
  { definition }: ActorRecord,
  own: readonly OperationNow[],
): readonly OperationView[] {
  const parked = parkedOf(actor) !== null;
  const ended = actor.behaviour.finished(actor.state);
  const reasons: Partial<Record<RepairOperation, string | null>> = {
    resend: actor.waiting.length > 0 ? null : 'no request is open: everything it asked for was answered',
    migrate: definition < actor.behaviour.definition ? null : 'it has the newest definition',
    park: parked ? 'it is parked already' : ended ? 'it has ended: nothing will arrive' : null,
    unpark: parked ? null : 'it is not parked',
  };
  return REPAIR_OPERATIONS.map((operation) => {
    const known = own.find((each) => each.operation === operation);
    const why = known === undefined ? (reasons[operation] ?? null) : known.why;
    return { operation, possible: why === null, why, steps: known?.steps ?? [] };
  });
}

export function repairsIn(entries: readonly SagaLogEntry[]): readonly RepairView[] {
  return entries
    .filter(({ type, messageId }) => type === orderRepairRequested.type && !messageId.endsWith('/unparked'))
    .map(repairView)
    .reverse()
    .slice(0, REPAIRS_SHOWN_MAX);
}

function repairView({ seq, at, detail }: SagaLogEntry): RepairView {
  const { data, note } = detail as {
    readonly data: {
      readonly operation: RepairOperation;
      readonly requestedBy: string;
      readonly reason: string;
    };
    readonly note: RepairNote;
  };
  const { repairId, outcome, code = null, why = null } = note.repair;
  const { operation, requestedBy: by, reason } = data;
  return { repairId, operation, by, reason, at, outcome, code, why, seq };
}

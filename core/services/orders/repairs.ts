import type { AnyBehaviour } from '../../engine/behaviour.ts';
import type { VersionOf } from '../../engine/compose.ts';
import { decideBatch } from '../../engine/decide.ts';
import type { ActorRecord, EngineStore } from '../../engine/ports.ts';
import { assert } from '../../kernel/assert.ts';
import type { Clock } from '../../kernel/clock.ts';
import { OrreryError } from '../../kernel/errors.ts';
import { isoTime } from '../../kernel/iso-time.ts';
import type { Message } from '../../kernel/message.ts';
import { orderRepairRequested } from '../../messages/orders.ts';
import type { OrderQueries } from './ports.ts';
import type { RepairBody, RepairCommand, RepairPreview, SagaRepairs } from './repair-ports.ts';
import { previewOf } from './repair-preview.ts';
import { hydrated, RepairRefused } from './repair-refused.ts';
import { repairsIn, sagaView } from './saga-view.ts';

/**
 * Owns: what operators see of a saga and how they change it: the stored actor as it stands, what a repair would do to it,
 * and the repair on its way.
 * Does not own: deciding it. A preview runs the engine's own decision over the stored actor and throws it away.
 *
 * I1. What a preview shows is what the saga will do, as long as it stays at the version shown; else the repair is refused.
 */
export interface RepairsOptions {
  readonly behaviour: AnyBehaviour;
  readonly store: Pick<EngineStore, 'hydrate'>;
  readonly log: Pick<OrderQueries, 'sagaLog'>;
  readonly send: (message: Message) => Promise<void>;
  readonly versionOf: VersionOf;
  readonly newId: () => string;
  readonly clock: Clock;
}

/** Log entries in which repairs are looked for, the newest. */
const LOG_READ_MAX = 200;

export function createSagaRepairs(options: RepairsOptions): SagaRepairs {
  const { behaviour, store, log, send, versionOf, newId, clock } = options;

  const stored = async (kind: string, id: string): Promise<ActorRecord | undefined> => {
    if (kind !== behaviour.kind) return undefined;
    const { actors } = await store.hydrate([{ kind, id }], []);
    return actors[0];
  };

  const known = async (kind: string, id: string): Promise<ActorRecord> => {
    const record = await stored(kind, id);
    if (record === undefined) throw new OrreryError('unknown_saga', `there is no saga ${kind} ${id}`);
    return record;
  };

  const message = (
    orderId: string,
    command: RepairCommand,
    more: Pick<RepairBody, 'reason' | 'expectedVersion' | 'acknowledge'> & { readonly requestedBy: string },
  ): Message => {
    const { reason, expectedVersion, acknowledge = false, requestedBy } = more;
    const repairId = newId();
    const { type } = orderRepairRequested;
    return {
      id: `${type}/${repairId}`,
      type,
      subject: orderId,
      correlationId: orderId,
      causationId: null,
      time: isoTime(clock.now()),
      version: versionOf(type),
      data: { ...command, orderId, repairId, requestedBy, reason, expectedVersion, acknowledge },
    };
  };

  const tryOut = (record: ActorRecord, command: RepairCommand, body: Partial<RepairBody>): RepairPreview => {
    const now = clock.now();
    const before = hydrated(behaviour, record);
    const expectedVersion = body.expectedVersion ?? record.version;
    const asked = message(record.id, command, {
      reason: body.reason ?? 'a preview',
      requestedBy: 'preview',
      expectedVersion,
      acknowledge: true,
    });
    const actor = hydrated(behaviour, record);
    const decision = decideBatch([{ message: asked, actor }], {
      now,
      timersUntil: now,
      versionOf,
      seen: new Set(),
    });
    return previewOf(command.operation, before, actor, decision);
  };

  const preview: SagaRepairs['preview'] = async (kind, id, { reason, ...command }) =>
    tryOut(await known(kind, id), command, reason === undefined ? {} : { reason });

  return {
    preview,
    async find(kind, id) {
      const record = await stored(kind, id);
      if (record === undefined) return undefined;
      const entries = await log.sagaLog(id, Math.max(0, record.version - LOG_READ_MAX), LOG_READ_MAX);
      return sagaView(behaviour, record, repairsIn(entries), clock.now());
    },
    async check(kind, id, { reason, expectedVersion, acknowledge, ...command }) {
      const record = await known(kind, id);
      const outcome = tryOut(record, command, { reason, expectedVersion });
      if (outcome.warnings.length > 0 && acknowledge !== true) {
        const why = 'its warnings have to be acknowledged: acknowledge: true';
        throw new RepairRefused(
          { code: 'acknowledge_required', why, warnings: outcome.warnings },
          record.version,
        );
      }
      return outcome;
    },
    async request(kind, id, { reason, expectedVersion, acknowledge, ...command }, requestedBy, traceparent) {
      assert(kind === behaviour.kind, 'it was checked before');
      const asked = message(id, command, {
        reason,
        expectedVersion,
        requestedBy,
        ...(acknowledge === undefined ? {} : { acknowledge }),
      });
      await send(traceparent === undefined ? asked : { ...asked, traceparent });
      return { repairId: (asked.data as { readonly repairId: string }).repairId };
    },
  };
}

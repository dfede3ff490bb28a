import type { Decision } from '../../engine/decide.ts';
import type { RepairNote } from '../../engine/decide-repair.ts';
import type { LiveActor } from '../../engine/live-actor.ts';
import type { ArmedTimer } from '../../engine/ports.ts';
import { assert } from '../../kernel/assert.ts';
import { isoTime } from '../../kernel/iso-time.ts';
import type { RepairOperation } from '../../messages/order-repair.ts';
import type { RepairPreview, Shown, TimerChangeView } from './repair-ports.ts';
import { RepairRefused } from './repair-refused.ts';

/** What a decided repair has done to an actor; throws RepairRefused when it was refused. */
export function previewOf(
  operation: RepairOperation,
  before: LiveActor,
  after: LiveActor,
  decision: Decision,
): RepairPreview {
  const bad = decision.bad[0];
  if (bad !== undefined) throw bad.error;
  const { repairs } = before.behaviour;
  const row = decision.log[0];
  assert(repairs !== undefined && row !== undefined, 'a repair is logged, whatever comes of it');
  const { note } = row.detail as unknown as { readonly note: RepairNote };
  const { outcome, code, why, errors, warnings = [] } = note.repair;
  if (outcome === 'refused') {
    assert(code !== undefined && why !== undefined, 'a refusal says why');
    throw new RepairRefused({ code, why, ...(errors === undefined ? {} : { errors }) }, before.storedVersion);
  }
  const open = new Set(before.waiting.map(({ message }) => message.id));
  return {
    operation,
    from: row.from,
    to: repairs.place(after.state),
    contextBefore: repairs.shown(before.state),
    contextAfter: repairs.shown(after.state),
    messages: [...decision.sent.values()].flat().map(({ id, type, subject, data }) => ({
      type,
      subject,
      data: data as Shown,
      again: open.has(id),
    })),
    timers: timerChanges(before.timers, after.timers),
    warnings,
    expectedVersion: before.storedVersion,
  };
}

function timerChanges(
  before: readonly ArmedTimer[],
  after: readonly ArmedTimer[],
): readonly TimerChangeView[] {
  const same = (one: ArmedTimer, other: ArmedTimer): boolean =>
    one.id === other.id && one.dueAt === other.dueAt;
  return [
    ...before
      .filter(({ id }) => after.every((timer) => timer.id !== id))
      .map(({ id }) => ({ id, dueAt: null })),
    ...after
      .filter((timer) => !before.some((known) => same(known, timer)))
      .map(({ id, dueAt }) => ({ id, dueAt: isoTime(dueAt) })),
  ];
}

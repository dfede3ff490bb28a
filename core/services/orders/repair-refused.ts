import type { AnyBehaviour } from '../../engine/behaviour.ts';
import { hydrateActor, type LiveActor } from '../../engine/live-actor.ts';
import type { ActorRecord } from '../../engine/ports.ts';
import type { Refusal } from '../../engine/repair.ts';
import { BadMessage, OrreryError, WrittenByNewer } from '../../kernel/errors.ts';

/** A repair that can't be done, as the asker is told. */
export class RepairRefused extends OrreryError {
  readonly refusal: Refusal;
  /** Where the saga stands now. */
  readonly version: number;

  constructor(refusal: Refusal, version: number) {
    super(refusal.code, refusal.why);
    this.refusal = refusal;
    this.version = version;
  }
}

/** Rejections of the engine's own become refusals: an actor that can't be had can't be repaired. */
export function hydrated(behaviour: AnyBehaviour, record: ActorRecord): LiveActor {
  try {
    return hydrateActor(behaviour, record);
  } catch (error) {
    if (error instanceof BadMessage || error instanceof WrittenByNewer) {
      throw new RepairRefused({ code: 'not_possible', why: error.message }, record.version);
    }
    throw error;
  }
}

import type { Random } from '../../../core/kernel/clock.ts';
import type { Timeline } from '../scheduler.ts';
import type { BrokerEvent } from './events.ts';

/** What all parts of one simulated broker share. */
export interface Surroundings {
  readonly timeline: Timeline;
  readonly random: Random;
  /** Undefined: nobody watches, and no event is made. */
  readonly emit: ((event: BrokerEvent) => void) | undefined;
  /** Publishes that have left their process and not arrived. */
  publishesOnTheWay: number;
}

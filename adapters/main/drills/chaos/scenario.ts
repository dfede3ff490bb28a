import type { Fleet } from '../fleet.ts';
import type { Verdicts } from '../run.ts';
import type { Stage } from '../stage.ts';
import type { ProcessLog } from './process-log.ts';

/** Where a fault happens: a platform under load, with all its connections in our hands. */
export interface Scene {
  readonly stage: Stage;
  readonly fleet: Fleet;
  /** How long the fault lasts. */
  readonly lengthMs: number;
  /** At least 0, less than 1; the same sequence for the same seed. */
  readonly random: () => number;
  readonly log: ProcessLog;
  /** For what only this fault can show while it lasts. */
  readonly verdicts: Verdicts;
}

/**
 * Does harm for `lengthMs` and takes it back; resolves, once it is over, with how much was hit: processes, or
 * connections. Zero means that it was no fault at all.
 */
export type Fault = (scene: Scene) => Promise<number>;

/** What a fault may cost the shoppers while it lasts. */
export type Price =
  /** Every request gets its answer, and none is a 503: what is away is not needed to take orders in. */
  | 'nothing'
  /** Requests stay without an answer: whoever would give it is not there. */
  | 'silence'
  /** 503 with Retry-After, or no answer. */
  | 'refusals';

export interface Scenario {
  readonly name: string;
  /** One sentence. */
  readonly does: string;
  /** The rules of docs/protocol.md that it attacks. */
  readonly attacks: string;
  readonly seconds: number;
  readonly price: Price;
  readonly fault: Fault;
  /** The models run in a process of their own, and a version of the fraud score serves; default: in the workers, untrained. */
  readonly models?: 'apart';
  /** Why it can't be played here; undefined where it can. */
  readonly impossible?: (scene: Pick<Scene, 'stage'>) => Promise<string | undefined>;
}

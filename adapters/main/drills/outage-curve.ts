import type { Database } from '../../postgres/database.ts';
import { NODE_NAMES } from '../wiring.ts';
import { spreadOf } from './quantiles.ts';
import { queueDepths } from './queues.ts';
import { pause, say } from './run.ts';
import type { Tally } from './shoppers.ts';
import type { Stage } from './stage.ts';

/** One moment of an outage: what shoppers were told so far, and what waits. */
export interface Moment {
  /** Since the outage began. */
  readonly seconds: number;
  readonly phase: Phase;
  readonly accepted: number;
  readonly unavailable: number;
  readonly unanswered: number;
  /** Rows that wait to be sent, or for the broker's word that they were. */
  readonly outboxRows: number;
  /** Frames that wait for their readers. */
  readonly queued: number;
  /** Orders that were accepted and are neither confirmed nor cancelled. */
  readonly undecided: number;
  /** Of the last three, what was there when the outage ended; frames can't be told apart. */
  readonly oldRows: number;
  readonly oldUndecided: number;
}

type Phase = 'before' | 'away' | 'back';

const SAMPLE_MS = 500;
const TOLD_EVERY_MS = 5_000;
/** After that the backlog counts as not drained. */
const WAIT_MS_MAX = 180_000;
/** A few frames wait in the queues of any platform under load. */
const QUEUED_USUAL_MIN = 32;

/** The end of the outage, by what was written until then. */
interface Landmark {
  readonly atMs: number;
  /** The last position in each service's outbox. */
  readonly positions: readonly number[];
}

/**
 * Owns: looking on while an outage comes and goes: twice a second what waits, every five seconds in words.
 */
export class OutageCurve {
  readonly moments: Moment[] = [];
  readonly #stage: Stage;
  readonly #partitions: number;
  readonly #tally: Tally;
  #outageAt = performance.now();
  #end: Landmark = { atMs: 0, positions: NODE_NAMES.map(() => 0) };

  constructor(stage: Stage, partitions: number, tally: Tally) {
    this.#stage = stage;
    this.#partitions = partitions;
    this.#tally = tally;
  }

  /** The outage begins now. */
  away(): void {
    this.#outageAt = performance.now();
    say('RabbitMQ is out of reach');
  }

  /** Resolves with whether it was `enough` before the time was over. */
  async follow(
    phase: Phase,
    forMs: number,
    enough: (moment: Moment) => boolean = () => false,
  ): Promise<boolean> {
    const startedAt = performance.now();
    let told = startedAt;
    while (performance.now() - startedAt < forMs) {
      const moment = await this.#look(phase);
      this.moments.push(moment);
      const done = enough(moment);
      if (done || performance.now() - told >= TOLD_EVERY_MS) {
        tell(moment);
        told = performance.now();
      }
      if (done) return true;
      await pause(SAMPLE_MS);
    }
    return false;
  }

  /**
   * The outage is over. Resolves with the milliseconds from now until nothing is left of what had piled up; Infinity
   * when it never is. The queues count as empty when they are as under the same load before.
   */
  async drain(): Promise<number> {
    const backAt = performance.now();
    this.#end = await landmark(this.#stage.database);
    say('RabbitMQ is within reach again');
    const before = this.moments.filter(({ phase }) => phase === 'before').map(({ queued }) => queued);
    const usual = Math.max(QUEUED_USUAL_MIN, spreadOf(before).max);
    const drained = await this.follow(
      'back',
      WAIT_MS_MAX,
      ({ oldRows, oldUndecided, queued }) => oldRows === 0 && oldUndecided === 0 && queued <= usual,
    );
    return drained ? performance.now() - backAt : Infinity;
  }

  async #look(phase: Phase): Promise<Moment> {
    const { accepted, unavailable, unanswered } = this.#tally;
    const seconds = phase === 'before' ? 0 : (performance.now() - this.#outageAt) / 1_000;
    const waits = await whatWaits(this.#stage.database, this.#end);
    const { waiting } = await queueDepths(this.#stage.urls.AMQP_URL, this.#partitions);
    const queued = [...waiting.values()].reduce((sum, depth) => sum + depth, 0);
    return { seconds, phase, accepted, unavailable, unanswered, ...waits, queued };
  }
}

async function landmark(database: Database): Promise<Landmark> {
  const atMs = Date.now();
  const positions: number[] = [];
  for (const service of NODE_NAMES) {
    const [row] = await database.query<{ position: number }>(
      `select coalesce(max(position), 0) as position from ${service}.outbox`,
    );
    positions.push(row?.position ?? 0);
  }
  return { atMs, positions };
}

async function whatWaits(
  database: Database,
  end: Landmark,
): Promise<Pick<Moment, 'outboxRows' | 'undecided' | 'oldRows' | 'oldUndecided'>> {
  const [orders] = await database.query<{ undecided: number; oldUndecided: number }>(
    `select count(*) as undecided, count(*) filter (where created_at <= $1) as "oldUndecided"
     from orders.orders where status in ('pending', 'awaiting_payment')`,
    [new Date(end.atMs)],
  );
  const [rows] = await database.query<{ outboxRows: number; oldRows: number }>(
    `select count(*) as "outboxRows", count(*) filter (where old) as "oldRows" from (${NODE_NAMES.map(
      (service, index) => `select position <= $${String(index + 1)}::bigint as old from ${service}.outbox`,
    ).join(' union all ')}) as waiting`,
    end.positions,
  );
  if (orders === undefined || rows === undefined) throw new Error('a count without a row');
  return { ...orders, ...rows };
}

function tell({ seconds, phase, accepted, unavailable, unanswered, ...waits }: Moment): void {
  const told =
    unavailable + unanswered === 0 ? '' : `, ${unavailable} told to come back, ${unanswered} unanswered`;
  const old = phase === 'back' ? ` (${waits.oldRows} rows and ${waits.oldUndecided} orders from before)` : '';
  say(
    `${phase.padEnd(6)} ${seconds.toFixed(0).padStart(3)} s: ${accepted} accepted${told}; ` +
      `${waits.outboxRows} outbox rows, ${waits.queued} frames, ${waits.undecided} orders wait${old}`,
  );
}

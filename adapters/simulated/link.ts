import type { Random } from '../../core/kernel/clock.ts';
import type { SimulatedProcess } from './process.ts';
import { chance } from '../../core/kernel/seeded-random.ts';
import type { Timeline } from './scheduler.ts';

/** How a link to one part of the world is just now. Probabilities are per call. */
export interface LinkWeather {
  /** One way, on average, milliseconds. */
  readonly latencyMs: number;
  /** Nothing gets through: each call fails after a moment, not executed. */
  readonly away: boolean;
  /** Refused at once, not executed. */
  readonly refused: number;
  /** Executed; the answer never comes, an error does. */
  readonly answerLost: number;
  /** Neither executed nor answered, until `silenceMs` have passed. */
  readonly silent: number;
  /** Executed only after `lateMs`. */
  readonly late: number;
  readonly lateMs: number;
}

export const FAIR_WEATHER: LinkWeather = {
  latencyMs: 1,
  away: false,
  refused: 0,
  answerLost: 0,
  silent: 0,
  late: 0,
  lateMs: 0,
};

export interface LinkOptions {
  readonly process: SimulatedProcess;
  readonly timeline: Timeline;
  readonly random: Random;
  readonly weather: () => LinkWeather;
  /** The error a caller gets when it can't know, or nothing happened. */
  readonly unavailable: (what: string) => Error;
  /** A call without an answer fails after this long; Infinity: never by itself. */
  readonly silenceMs: number;
  /** For the trace: a call that did not go the usual way. */
  readonly onTrouble?: (what: string, trouble: string) => void;
}

/**
 * Owns: the way of a call from a process to something outside and back: it arrives after a while, is executed there
 * in one instant, and its answer comes after another while, or none of it, as the weather is.
 *
 * I1. What is executed is executed whether or not the caller still lives when it arrives: a process may die with a
 *     request on the wire.
 */
export class Link {
  private readonly options: LinkOptions;

  constructor(options: LinkOptions) {
    this.options = options;
  }

  /**
   * `execute` runs at the far end and resolves without waiting for anything else in the world. `inHand`: it takes the
   * caller's part in it (a transaction in which the caller decides), so it can't come about once the caller has been
   * told that it failed. `poll`: it is asked all the time, and one that is executed at once is as good as one that
   * is executed a moment later; that saves an event each.
   */
  call<Result>(
    what: string,
    execute: () => Promise<Result>,
    { inHand = false, poll = false }: { readonly inHand?: boolean; readonly poll?: boolean } = {},
  ): Promise<Result> {
    const { process, timeline, random, silenceMs } = this.options;
    const weather = this.options.weather();
    return new Promise<Result>((resolve, reject) => {
      let failed = false;
      const fail = (afterMs: number, trouble: string): void => {
        this.options.onTrouble?.(what, trouble);
        if (afterMs === Infinity) return;
        timeline.after(afterMs, () => {
          process.deliver(() => {
            failed = true;
            reject(this.options.unavailable(`${what}: ${trouble}`));
          });
        });
      };
      if (weather.away) {
        fail(this.travelMs(weather), 'nobody there');
      } else if (chance(random, weather.refused)) {
        fail(this.travelMs(weather), 'refused');
      } else if (chance(random, weather.silent)) {
        fail(silenceMs, 'silence');
      } else {
        const late = chance(random, weather.late) ? weather.lateMs * (0.5 + random()) : 0;
        if (late > 0) this.options.onTrouble?.(what, `arrives ${late.toFixed(0)} ms late`);
        const lost = chance(random, weather.answerLost);
        // Its end may be told before it has come about: a call that counts as failed can still land later.
        if (lost) fail(Math.min(silenceMs, LOST_ANSWER_MS), 'answer lost');
        const arrive = (): void => {
          if (inHand && (failed || !process.alive)) return;
          const executed = execute();
          if (lost) {
            executed.catch(() => undefined);
            return;
          }
          executed.then(
            (result) => {
              this.back(weather, () => {
                resolve(result);
              });
            },
            (error: unknown) => {
              this.back(weather, () => {
                reject(error instanceof Error ? error : new Error(String(error)));
              });
            },
          );
        };
        if (poll && late === 0) arrive();
        else timeline.after(late + this.travelMs(weather), arrive);
      }
    });
  }

  private back(weather: LinkWeather, answer: () => void): void {
    const { process, timeline } = this.options;
    timeline.after(this.travelMs(weather), () => {
      process.deliver(answer);
    });
  }

  private travelMs({ latencyMs }: LinkWeather): number {
    return latencyMs * (0.25 + 1.5 * this.options.random());
  }
}

/** How long a caller waits for an answer that was lost on the way, before its connection tells it. */
const LOST_ANSWER_MS = 2_000;

/** The port as a process has it: every call travels over the link. All methods of the port must be asynchronous. */
export function overLink<Port extends object>(port: Port, label: string, link: Link): Port {
  const calls = new Map<PropertyKey, unknown>();
  return new Proxy(port, {
    get(target, name) {
      let call = calls.get(name);
      if (call === undefined) {
        const method: unknown = Reflect.get(target, name);
        if (typeof method !== 'function') return method;
        const what = `${label}.${String(name)}`;
        const poll = POLLS.has(name);
        call = (...given: unknown[]) =>
          link.call(what, () => Reflect.apply(method, target, given) as Promise<unknown>, {
            inHand: given.some((each) => typeof each === 'function'),
            poll,
          });
        calls.set(name, call);
      }
      return call;
    },
  });
}

/** Calls of the engine's and shipping's stores that each process makes several times a second. */
const POLLS: ReadonlySet<PropertyKey> = new Set([
  'heartbeat',
  'leases',
  'renew',
  'dueWakes',
  'adoptOutbox',
  'findOutbox',
  'transactDue',
]);

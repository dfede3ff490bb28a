import type { BrokerWeather } from '../weather.ts';

export type { BrokerWeather };

/** A process as the broker sees it. */
export interface BrokerClient {
  /** Unique among all processes that ever connect. */
  readonly name: string;
  /** Asked whenever something is about to travel between the two. */
  weather(): BrokerWeather;
  /** What a process that is not alive still asks for has no effect, and no answer. */
  alive(): boolean;
  /** Lets something reach the process: now, later, or, when it is dead, never. */
  deliver(run: () => void): void;
}

/** The answer that a dead process gets. A promise of its own each time: a shared one would keep all who wait for it. */
export function never<Result>(): Promise<Result> {
  return new Promise(() => undefined);
}

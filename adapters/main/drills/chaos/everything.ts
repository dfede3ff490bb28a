import { pause, say, Verdicts } from '../run.ts';
import { blackHole, cutAgainAndAgain, delayed, oneWorkerCutOff, outage } from './network-faults.ts';
import { killGateway, killWorker, pauseGateway, pauseWorker } from './process-faults.ts';
import type { Fault, Scene } from './scenario.ts';
import { terminateBackends } from './server-faults.ts';

type Named = readonly [name: string, fault: Fault];

/** Harm of one lane follows one another; the lanes have nothing in common that two faults could fight over. */
const LANES: readonly (readonly Named[])[] = [
  [
    ['kill a worker', killWorker],
    ['kill the gateway', killGateway],
    ['pause a worker', pauseWorker],
    ['pause the gateway', pauseGateway],
  ],
  [
    ['cut RabbitMQ', cutAgainAndAgain('rabbitmq')],
    ['delay RabbitMQ', delayed('rabbitmq', 100, 200)],
    ['swallow RabbitMQ', blackHole('rabbitmq')],
    ['refuse RabbitMQ', outage('rabbitmq')],
    ['swallow RabbitMQ for one worker', oneWorkerCutOff('rabbitmq')],
  ],
  [
    ['cut Postgres', cutAgainAndAgain('postgres')],
    ['delay Postgres', delayed('postgres', 50, 100)],
    ['swallow Postgres', blackHole('postgres')],
    ['refuse Postgres', outage('postgres')],
    ['swallow Postgres for one worker', oneWorkerCutOff('postgres')],
    ['end sessions of Postgres', terminateBackends],
  ],
  [
    ['refuse Redis', outage('redis')],
    ['swallow Redis', blackHole('redis')],
  ],
];

/** The sequence of each lane follows from the seed; how the lanes meet, from the clock as well. */
export const everythingAtOnce: Fault = async (scene) => {
  const endAt = performance.now() + scene.lengthMs;
  const hits = await Promise.all(LANES.map((lane) => play(scene, lane, endAt)));
  return hits.reduce((sum, each) => sum + each, 0);
};

async function play(scene: Scene, lane: readonly Named[], endAt: number): Promise<number> {
  // A lane draws from a sequence of its own: its faults are the same however long those of the others took.
  const random = seeded(Math.floor(scene.random() * 2 ** 32));
  let hits = 0;
  while (performance.now() < endAt) {
    await pause(random() * REST_MS_MAX);
    const [name, fault] = lane[Math.floor(random() * lane.length)] ?? [];
    if (fault === undefined) throw new Error('a lane has faults');
    const lengthMs = LENGTH_MS.least + random() * LENGTH_MS.more;
    if (performance.now() + lengthMs > endAt) return hits;
    say(`  ${name ?? ''}, ${Math.round(lengthMs)} ms`);
    // What one fault shows when it is alone need not show among others.
    hits += await fault({ ...scene, random, lengthMs, verdicts: new Verdicts(() => undefined) });
  }
  return hits;
}

/** mulberry32: the same numbers for the same seed, at least 0 and less than 1. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const LENGTH_MS = { least: 1_000, more: 7_000 } as const;
const REST_MS_MAX = 3_000;

import { streamOf } from '../../kernel/seeded-random.ts';
import { probationOf, type Window } from './nab-score.ts';

export type Kind =
  | 'steady load'
  | 'spiky load'
  | 'daily traffic'
  | 'weekly rides'
  | 'bursty mentions'
  | 'temperature';
export const KINDS: readonly Kind[] = [
  'steady load',
  'spiky load',
  'daily traffic',
  'weekly rides',
  'bursty mentions',
  'temperature',
];

export interface LabelledSeries {
  readonly kind: Kind;
  readonly stepMs: number;
  readonly values: Float64Array;
  readonly windows: readonly Window[];
}

const MINUTE_MS = 60_000;
/** All windows of a series together are a tenth of it, as in the benchmark. */
const WINDOWS_SHARE = 0.1;
const ANOMALIES = ['spike', 'shift', 'dip', 'noise', 'flat'] as const;

/** A series as servers, roads, taxis and people make them, with anomalies at known places. */
export function labelledSeries(kind: Kind, seed: number): LabelledSeries {
  const random = streamOf(seed, kind);
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const stepMs = kind === 'weekly rides' ? 30 * MINUTE_MS : 5 * MINUTE_MS;
  const day = (24 * 60 * MINUTE_MS) / stepMs;
  const points = kind === 'weekly rides' ? 6_000 : 4_032;
  const values = new Float64Array(points);
  let wander = 0;
  for (let index = 0; index < points; index += 1) {
    wander = 0.995 * wander + 0.1 * normal();
    const phase = (2 * Math.PI * index) / day;
    const weekend = Math.floor(index / day) % 7 >= 5 ? 0.6 : 1;
    values[index] = {
      'steady load': () => 40 + normal() + 0.5 * wander,
      'spiky load': () => 5 + 0.4 * Math.abs(normal()) + (random() < 0.03 ? 20 * random() ** 2 : 0),
      'daily traffic': () => 60 + 25 * Math.sin(phase) + 8 * Math.sin(2 * phase) + 4 * normal() + 2 * wander,
      'weekly rides': () =>
        weekend * (15_000 + 8_000 * Math.sin(phase - 2) + 3_000 * Math.sin(2 * phase)) + 600 * normal(),
      'bursty mentions': () =>
        Math.round((20 + 12 * Math.sin(phase)) * Math.exp(0.35 * normal()) * (random() < 0.004 ? 4 : 1)),
      temperature: () => 70 + 3 * Math.sin(phase / 3) + 4 * wander + 0.5 * normal(),
    }[kind]();
  }
  const count = 1 + Math.floor(random() * 3);
  const half = Math.floor((WINDOWS_SHARE * points) / count / 2);
  const from = probationOf(points) + half;
  const room = Math.floor((points - from - half) / count);
  const typical = typicalMove(values);
  const windows = Array.from({ length: count }, (_, index) => {
    const at = from + index * room + half + Math.floor(random() * Math.max(1, room - 3 * half));
    disturb(values, at, ANOMALIES[Math.floor(random() * ANOMALIES.length)] ?? 'spike', typical, {
      random,
      normal,
    });
    return { first: at - half, last: at + half };
  });
  return { kind, stepMs, values, windows };
}

function typicalMove(values: Float64Array): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
}

function disturb(
  values: Float64Array,
  at: number,
  anomaly: (typeof ANOMALIES)[number],
  typical: number,
  { random, normal }: { random: () => number; normal: () => number },
): void {
  const size = typical * (2.5 + 2 * random());
  const change = (from: number, length: number, to: (value: number) => number): void => {
    for (let index = from; index < Math.min(values.length, from + length); index += 1) {
      values[index] = to(values[index] ?? 0);
    }
  };
  const held = values[at] ?? 0;
  switch (anomaly) {
    case 'spike':
      change(at, 3, (value) => value + 2 * size);
      break;
    case 'shift':
      change(at, 300, (value) => value + size);
      break;
    case 'dip':
      change(at, 40, (value) => value - size);
      break;
    case 'noise':
      change(at, 60, (value) => value + size * normal());
      break;
    case 'flat':
      change(at, 120, () => held);
      break;
  }
}

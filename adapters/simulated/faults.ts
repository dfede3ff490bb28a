import type { Random } from '../../core/kernel/clock.ts';
import { OrreryError } from '../../core/kernel/errors.ts';
import { oneOf, streamOf, whole } from '../../core/kernel/seeded-random.ts';

/**
 * What can go wrong in a simulated world. A run's faults are a plan made before it begins, so that a run that fails
 * can be tried again with fewer of them.
 */
export const FAULTS = {
  'process-crash': 'a process dies at whatever await it has reached and is started again later',
  'process-pause': 'a process stands still and goes on later, believing what it believed before',
  'process-restart': 'a process is asked to stop, hands over and is started again',
  'process-join': 'one more process takes its share of the partitions, and leaves again',
  'clock-jump': "a process's clock jumps forwards or back, and is put right later",
  upgrade: 'the processes are replaced, one by one, by a build with a newer definition of the saga',
  'store-slow': 'every call to the store takes long',
  'store-away': 'nobody reaches the store',
  'store-cut-off': 'one process does not reach the store',
  'store-refuses': 'calls to the store fail, not executed',
  'store-answers-lost': 'calls to the store are executed, the caller is told nothing',
  'store-late': 'calls to the store arrive late, even after the caller was told that nobody knows',
  'broker-slow': 'frames, confirms and acknowledgements take long, and overtake each other between queues',
  'broker-away': 'nobody reaches the broker',
  'broker-cut': "a process's connections to the broker end, and it is told",
  'broker-half-open': "a process's connections end for the broker; the process learns it a heartbeat later",
  'broker-loses-publishes': 'unconfirmed publishes are lost, or only their first frames arrive',
  'broker-loses-confirms': 'publishes arrive and are not confirmed',
  'broker-duplicates': 'frames arrive twice',
  'gateway-silent': 'the payment gateway does nothing and says nothing',
  'gateway-late': 'the payment gateway does what it was asked after the caller has given up waiting',
  'gateway-answers-lost': 'the payment gateway moves money and its answer is lost',
  'carrier-silent': 'the carrier does nothing and says nothing',
  'carrier-answers-lost': 'the carrier books and cancels, and its answer is lost',
  'carrier-refuses': 'the carrier refuses parcels',
  'carrier-keeps-going': 'parcels that are to be stopped have left already',
  'mailer-silent': 'the mail server does nothing and says nothing',
  'mailer-answers-lost': 'the mail server takes letters and its answer is lost',
  'bad-message': 'somebody puts a message on a queue that nobody can handle',
} as const;

export type FaultName = keyof typeof FAULTS;
export const FAULT_NAMES = Object.keys(FAULTS) as readonly FaultName[];

export interface Fault {
  readonly name: FaultName;
  /** Milliseconds since the start of the run. */
  readonly atMs: number;
  readonly forMs: number;
  /** Which process it meets, where it meets one: an index into those that there are then. */
  readonly victim: number;
  /** How hard it is, 0 to 1; what that means is the fault's own affair. */
  readonly strength: number;
}

/** Throws OrreryError `unknown_fault`. */
export function faultNamed(name: string): FaultName {
  const found = FAULT_NAMES.find((each) => each === name);
  if (found === undefined) {
    throw new OrreryError('unknown_fault', `there is no fault ${name}; there are ${FAULT_NAMES.join(', ')}`);
  }
  return found;
}

/** Faults begin within this time of the start, milliseconds. */
export const FAULTS_BEGIN_MS_MAX = 6_000;
/** Kinds of faults that one run mixes, and faults of one run. */
const KINDS_MAX = 5;
const FAULTS_MAX = 9;
/** Some runs have no fault at all: what fails there is plainly wrong. */
const CALM_SHARE = 0.05;

/**
 * The faults of a run. A run mixes few kinds, because a mix of everything hides what only a few bring about together.
 *
 * Source: Groce and others, "Swarm testing", ISSTA 2012.
 */
export function planFaults(seed: number, names: readonly FaultName[] = FAULT_NAMES): readonly Fault[] {
  const random = streamOf(seed, 'faults');
  if (names.length === 0 || random() < CALM_SHARE) return [];
  const kinds = new Set<FaultName>();
  const wanted = Math.min(names.length, whole(random, 1, KINDS_MAX));
  while (kinds.size < wanted) kinds.add(oneOf(random, names));
  const faults = Array.from({ length: whole(random, 1, FAULTS_MAX) }, () =>
    faultOf(oneOf(random, [...kinds]), random),
  );
  return faults.sort((one, other) => one.atMs - other.atMs);
}

function faultOf(name: FaultName, random: Random): Fault {
  return {
    name,
    atMs: Math.floor(random() * FAULTS_BEGIN_MS_MAX),
    // Mostly short, sometimes longer than a lease, a broker's heartbeat or a time-out.
    forMs: Math.floor(300 + 11_000 * random() ** 3),
    victim: whole(random, 0, 9),
    strength: random(),
  };
}

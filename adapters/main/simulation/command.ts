import type { Fault } from '../../simulated/faults.ts';
import { INVARIANTS } from '../../simulated/invariants/invariants.ts';
import { lists, readArguments, type Wanted } from './arguments.ts';
import { runSeeds, type ShareDone } from './pool.ts';
import { shrink } from './shrink.ts';
import { type RunOptions, type RunResult, simulate } from './simulate.ts';
import { SWITCHES, switchNamed } from './switches.ts';
import { tracer } from './trace.ts';

type Write = (text: string) => void;

/** `npm run simulate`; resolves with the exit code. Rejects as `readArguments` throws. */
export async function runSimulation(given: readonly string[], write: Write): Promise<number> {
  const wanted = readArguments(given);
  switch (wanted.mode) {
    case 'list':
      write(`${lists()}\n`);
      return 0;
    case 'seed':
      return runOne(wanted, write);
    case 'switches':
      return searchSwitches(wanted, write);
    case 'seeds':
      return runMany(wanted, write);
  }
}

async function runOne(wanted: Wanted, write: Write): Promise<number> {
  const print = (line: string): void => {
    write(`${line}\n`);
  };
  const options = optionsOf(wanted, wanted.from);
  const result = await simulate({
    ...options,
    ...(wanted.trace ? { watch: (now: () => number) => tracer(print, now) } : {}),
  });
  print(facts(result));
  for (const fault of result.faults) print(`  ${faultText(fault)}`);
  if (result.violations.length === 0) return 0;
  await tellFailure(options, result, write);
  return 1;
}

async function runMany(wanted: Wanted, write: Write): Promise<number> {
  const { from, seeds } = wanted;
  const progress = new Progress(seeds, write);
  let failing: number | undefined;
  let accepted = 0;
  let events = 0;
  await runSeeds({
    from,
    count: seeds,
    names: wanted.faults,
    off: wanted.off,
    ...(wanted.threads === undefined ? {} : { threads: wanted.threads }),
    onDone: (done) => {
      progress.add(done.count);
      accepted += done.accepted;
      events += done.events;
      for (const { seed } of done.failures) failing = Math.min(failing ?? seed, seed);
      return failing === undefined;
    },
  });
  progress.end();
  write(
    `${count(progress.done)} seeds from ${String(from)}, ${count(accepted)} orders, ${count(events)} events, ${progress.rate()}\n`,
  );
  if (failing === undefined) {
    write('no invariant was violated\n');
    return 0;
  }
  const options = optionsOf(wanted, failing);
  await tellFailure(options, await simulate(options), write);
  return 1;
}

/** Each switch until it is noticed; fails when one is not. */
async function searchSwitches(wanted: Wanted, write: Write): Promise<number> {
  let unnoticed = 0;
  const chosen = wanted.off === undefined ? SWITCHES : [switchNamed(wanted.off)];
  for (const { name, off } of chosen) {
    const found = await firstFailure({ ...wanted, off: name });
    if (found === undefined) {
      unnoticed += 1;
      write(`${name.padEnd(26)} NOT NOTICED in ${count(wanted.seeds)} seeds (${off})\n`);
      continue;
    }
    const options = optionsOf({ ...wanted, off: name }, found);
    const { faults, violations } = await shrink(options, await simulate(options));
    const noticed = [...new Set(violations.map(({ invariant }) => invariant))].join(', ');
    const by = faults.length === 0 ? 'no fault' : faults.map((fault) => fault.name).join(', ');
    write(`${name.padEnd(26)} seed ${String(found).padEnd(6)} ${noticed.padEnd(10)} with ${by}\n`);
  }
  write(unnoticed === 0 ? 'every switch is noticed\n' : `${String(unnoticed)} switches are not noticed\n`);
  return unnoticed === 0 ? 0 : 1;
}

async function firstFailure(wanted: Wanted): Promise<number | undefined> {
  let found: number | undefined;
  await runSeeds({
    from: wanted.from,
    count: wanted.seeds,
    names: wanted.faults,
    off: wanted.off,
    ...(wanted.threads === undefined ? {} : { threads: wanted.threads }),
    onDone: ({ failures }: ShareDone) => {
      for (const { seed } of failures) found = Math.min(found ?? seed, seed);
      return found === undefined;
    },
  });
  return found;
}

async function tellFailure(options: RunOptions, result: RunResult, write: Write): Promise<void> {
  write(`seed ${String(result.seed)} fails:\n`);
  for (const { invariant, detail } of result.violations) {
    write(`  ${invariant} (${INVARIANTS[invariant]})\n      ${detail}\n`);
  }
  const smallest = await shrink(options, result);
  write(
    `it still fails with ${String(smallest.faults.length)} of its ${String(result.faults.length)} faults:\n`,
  );
  for (const fault of smallest.faults) write(`  ${faultText(fault)}\n`);
  write(`see it happen: npm run simulate -- --seed ${String(result.seed)} --trace\n`);
}

function optionsOf({ faults, off }: Wanted, seed: number): RunOptions {
  return {
    seed,
    ...(faults === undefined ? {} : { names: faults }),
    ...(off === undefined ? {} : { off: switchNamed(off) }),
  };
}

function facts({ seed, accepted, statuses, virtualMs, events }: RunResult): string {
  const ends = Object.entries(statuses).map(([status, orders]) => `${String(orders)} ${status}`);
  return (
    `seed ${String(seed)}: ${String(accepted)} orders accepted, ${ends.join(', ')}; ` +
    `${(virtualMs / 1_000).toFixed(1)} s, ${count(events)} events`
  );
}

function faultText({ name, atMs, forMs, victim, strength }: Fault): string {
  return `${(atMs / 1_000).toFixed(3)} s  ${name} for ${String(forMs)} ms, victim ${String(victim)}, strength ${strength.toFixed(2)}`;
}

function count(value: number): string {
  return value.toLocaleString('en-US');
}

/** A bar that fills on one line of the terminal. */
class Progress {
  done = 0;
  private readonly total: number;
  private readonly write: Write;
  private readonly startedAt = performance.now();
  private shownAt = 0;

  constructor(total: number, write: Write) {
    this.total = total;
    this.write = write;
  }

  add(seeds: number): void {
    this.done += seeds;
    if (!process.stdout.isTTY || performance.now() - this.shownAt < SHOW_MS) return;
    this.shownAt = performance.now();
    const filled = Math.round((BAR * this.done) / this.total);
    const bar = '█'.repeat(filled) + '░'.repeat(BAR - filled);
    this.write(`\r${bar} ${count(this.done)} of ${count(this.total)} seeds, ${this.rate()} `);
  }

  end(): void {
    if (process.stdout.isTTY) this.write('\r\u001b[K');
  }

  rate(): string {
    const seconds = (performance.now() - this.startedAt) / 1_000;
    return `${(this.done / seconds).toFixed(1)} seeds/s`;
  }
}

const BAR = 30;
const SHOW_MS = 200;

// @ts-check
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

/**
 * Owns: one measured run of a peer or of Orrery, each a process of its own.
 *
 * @typedef {import('../../../benchmarks/harness/bench.ts').Figures} Figures
 *
 * @typedef {object} Outcome
 * @property {Figures} figures
 * @property {string} version
 * @property {Readonly<Record<string, number>>} config
 *
 * @typedef {object} Contestant
 * @property {string} name
 * @property {(asked: { readonly seconds: number, readonly flash: boolean }) => Promise<Outcome>} run
 *   Rejects with RunFailed when the run does not count; what was wrong is already on standard error.
 */

export const OURS = 'orrery';
export const PEERS = ['plain', 'choreography', 'dbos', 'restate'];

/** Of `npm run bench`, for all alike; DBOS 5.3 uses its pool in a way that pg deprecates, and would say so in every run. */
const NODE_FLAGS = ['--enable-source-maps', '--max-semi-space-size=128', '--no-deprecation'];

export class RunFailed extends Error {}

/**
 * @param {string} name of PEERS
 * @returns {Contestant}
 */
export function peer(name) {
  const program = fileURLToPath(new URL(`../${name}.mjs`, import.meta.url));
  return {
    name,
    run: async ({ seconds, flash }) => {
      const printed = await output(name, [
        program,
        '--json',
        '--seconds',
        String(seconds),
        ...(flash ? ['--flash'] : []),
      ]);
      const { peer: _, version, config, ...figures } = JSON.parse(printed);
      return { version, config, figures };
    },
  };
}

/**
 * Orrery: as the peers in the best configuration that was found for a machine this small, and as it starts by itself.
 * @returns {readonly Contestant[]}
 */
export function ourselves() {
  return [own(OURS, { PARTITIONS: 1 }), own(`${OURS}, defaults`, {})];
}

/**
 * @param {string} name
 * @param {Readonly<Record<string, number>>} config settings of the platform
 * @returns {Contestant}
 */
const own = (name, config) => ({
  name,
  run: async ({ seconds, flash }) => {
    const folder = await mkdtemp(join(tmpdir(), 'orrery-peers-'));
    try {
      const file = join(folder, 'report.json');
      const program = fileURLToPath(new URL('../../../dist/benchmarks/run.js', import.meta.url));
      const bench = flash ? 'flash-sale' : 'saga';
      const options = ['--no-floor', '--stack', 'services', '--runs', '1', '--seconds', String(seconds), '--json', file];
      const settings = Object.entries(config).flatMap(([key, value]) => ['--set', `${key}=${value}`]);
      await output(name, [program, bench, ...options, ...settings]);
      const { median, versions } = JSON.parse(await readFile(file, 'utf8'));
      const { node, ...others } = versions;
      const version = Object.entries(others).map((each) => each.join(' '));
      return { version: [`node ${node}`, ...version].join(', '), config, figures: median };
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
});

/**
 * What a program of Node prints; a signal to this process reaches it too.
 * @param {string} name
 * @param {readonly string[]} given
 */
async function output(name, given) {
  const child = spawn(process.execPath, [...NODE_FLAGS, ...given], { stdio: ['ignore', 'pipe', 'inherit'] });
  const pass = (/** @type {NodeJS.Signals} */ signal) => void child.kill(signal);
  const signals = /** @type {const} */ (['SIGINT', 'SIGTERM']);
  for (const signal of signals) process.once(signal, pass);
  try {
    const ended = new Promise((resolve) => child.once('close', (code, signal) => resolve(signal ?? code)));
    const [printed, code] = await Promise.all([text(child.stdout), ended]);
    if (code !== 0) throw new RunFailed(`${name} ended with ${code}`);
    return printed;
  } finally {
    for (const signal of signals) process.off(signal, pass);
  }
}

import { randomUUID } from 'node:crypto';
import { link, mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join, resolve } from 'node:path';
import process from 'node:process';
import { OrreryError } from '../../core/kernel/errors.ts';

/**
 * Owns: that a data folder is open in one process at a time.
 *
 * I1. The lock file appears whole: it is written aside and linked into place, which fails if there is one.
 * I2. A lock whose process is gone is taken over, by one at a time.
 * I3. A process id used again by another process (after a boot, or in a restarted container) holds nothing.
 */

const LOCK_FILE = 'orrery.lock';

/** Another process works with the data. The text names it. */
export class DataInUse extends OrreryError {
  /** Process id of the one that holds the lock. */
  readonly pid: number;

  constructor(folder: string, pid: number) {
    super(
      'data_in_use',
      `${resolve(folder)} is in use by another Orrery (process ${String(pid)}). ` +
        'Stop it first, or give this one its own DATA_DIR.',
    );
    this.pid = pid;
  }
}

interface Holder {
  readonly pid: number;
  readonly host: string;
  readonly token: string;
  /** When the process began, where the system tells; with the process id it names one process for good. */
  readonly began?: string;
}

/** The state of a process that has ended and that nobody has taken note of yet. */
const ENDED = 'ended';

/** Linux: the boot and the tick in it at which a process began, or ENDED. Elsewhere undefined. */
async function beganAt(pid: number): Promise<string | undefined> {
  try {
    const boot = await readFile('/proc/sys/kernel/random/boot_id', 'utf8');
    const stat = await readFile(`/proc/${String(pid)}/stat`, 'utf8');
    // The command's name stands in brackets and may hold anything; behind it the state, and as the 20th field the tick.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const tick = fields[19];
    if (fields[0] === 'Z' || fields[0] === 'X') return ENDED;
    return tick === undefined ? undefined : `${boot.trim()}/${tick}`;
  } catch {
    return undefined;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it runs, and belongs to someone else.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

async function readHolder(path: string): Promise<Holder | undefined> {
  try {
    const parsed: unknown = JSON.parse(await readFile(path, 'utf8'));
    if (typeof parsed !== 'object' || parsed === null) return undefined;
    const { pid, host, token, began } = parsed as Record<string, unknown>;
    if (typeof pid !== 'number' || typeof host !== 'string' || typeof token !== 'string') return undefined;
    return typeof began === 'string' ? { pid, host, token, began } : { pid, host, token };
  } catch {
    // Gone meanwhile, or not ours: nobody can be named who holds it.
    return undefined;
  }
}

async function place(aside: string, path: string): Promise<boolean> {
  try {
    await link(aside, path);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
}

/** Whether the holder still runs. One on another host can't be asked and does not count: the folder is local. */
async function holds(holder: Holder | undefined): Promise<boolean> {
  if (holder?.host !== hostname() || !isAlive(holder.pid)) return false;
  const began = await beganAt(holder.pid);
  if (began === ENDED) return false;
  return began === undefined || holder.began === undefined || began === holder.began;
}

/**
 * Takes the data folder for this process, made if it is not there. Resolves to its release; rejects with
 * DataInUse while another process has it. One that is just ending is given `patienceMs` for it.
 */
export async function lockDataDir(folder: string, patienceMs = 2_000): Promise<() => Promise<void>> {
  for (const deadline = Date.now() + patienceMs; ;) {
    try {
      return await takeDataDir(folder);
    } catch (error) {
      if (!(error instanceof DataInUse) || Date.now() >= deadline) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}

async function takeDataDir(folder: string): Promise<() => Promise<void>> {
  await mkdir(folder, { recursive: true });
  const path = join(folder, LOCK_FILE);
  const token = randomUUID();
  const aside = `${path}.${token}`;
  const began = await beganAt(process.pid);
  const mine: Holder = {
    pid: process.pid,
    host: hostname(),
    token,
    ...(began === undefined ? {} : { began }),
  };
  await writeFile(aside, JSON.stringify(mine));
  try {
    // Again for a lock left behind, and for those who take it over at the same moment.
    for (let attempt = 0; attempt < 10; attempt += 1) {
      if (await place(aside, path)) return () => release(path, token);
      const holder = await readHolder(path);
      if (holder !== undefined && (await holds(holder))) throw new DataInUse(folder, holder.pid);
      await removeStale(path);
    }
    const holder = await readHolder(path);
    throw new DataInUse(folder, holder?.pid ?? 0);
  } finally {
    await rm(aside, { force: true });
  }
}

/** A take-over takes moments; one that is older was cut off. */
const TAKE_OVER_MS_MAX = 5_000;

/**
 * Removes a lock left behind. Only one process at a time does (a folder that can be made once), and it looks again
 * first: nobody else can have put a lock of the living in its place meanwhile.
 */
async function removeStale(path: string): Promise<void> {
  const turn = `${path}.takeover`;
  try {
    await mkdir(turn);
  } catch {
    const since = await stat(turn).then(
      ({ mtimeMs }) => mtimeMs,
      () => Date.now(),
    );
    if (Date.now() - since > TAKE_OVER_MS_MAX) await rm(turn, { recursive: true, force: true });
    else await new Promise((resolve) => setTimeout(resolve, 10));
    return;
  }
  try {
    if (!(await holds(await readHolder(path)))) await rm(path, { force: true });
  } finally {
    await rm(turn, { recursive: true, force: true });
  }
}

async function release(path: string, token: string): Promise<void> {
  const holder = await readHolder(path);
  if (holder?.token === token) await rm(path, { force: true });
}

/** Whether a process works with the data folder just now; its process id, or undefined. */
export async function dataHolder(folder: string): Promise<number | undefined> {
  const holder = await readHolder(join(folder, LOCK_FILE));
  return (await holds(holder)) ? holder?.pid : undefined;
}

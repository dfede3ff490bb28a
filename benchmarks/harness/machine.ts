import { readFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';

/** What a figure was measured on, as far as it can be told from inside. */
export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGiB: number;
  readonly kernel: string;
}

export function machine(): Machine {
  const all = cpus();
  return {
    cpu: all[0]?.model.trim() ?? 'unknown',
    cores: all.length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    kernel: firstLine('/proc/sys/kernel/osrelease') ?? process.platform,
  };
}

/** Load average of the last minute per core; undefined where the system keeps none. */
export function loadPerCore(): number | undefined {
  const [minute] = (firstLine('/proc/loadavg') ?? '').split(' ');
  return minute === undefined || minute === '' ? undefined : Number(minute) / cpus().length;
}

function firstLine(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8').split('\n')[0];
  } catch {
    return undefined;
  }
}

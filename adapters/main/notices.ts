import type { About, Notice } from '../../core/engine/notices.ts';
import type { PlatformEvent } from '../../core/services/observation/ports.ts';

/** What an operator is told of a notice; undefined: what happens too often, and is counted instead. */
export function eventOf(
  service: string,
  process: string,
  notice: Notice,
  nowMs: number,
): PlatformEvent | undefined {
  const base = { at: new Date(nowMs).toISOString(), service, process };
  switch (notice.type) {
    case 'partitions.opened': {
      const taken = notice.fences.filter(({ epoch }) => epoch > 1);
      const partitions = notice.fences.map(({ partition }) => partition);
      const text =
        taken.length === 0
          ? `took ${listed(partitions)}`
          : `took over ${listed(taken.map(({ partition }) => partition))}`;
      return { ...base, level: 'info', type: notice.type, text, detail: { fences: notice.fences } };
    }
    case 'partitions.handed_over':
      return about(base, 'info', notice, `handed over ${listed(notice.partitions)}`);
    case 'partitions.lost':
      return about(base, 'warn', notice, `lost ${listed(notice.partitions)}`);
    case 'partitions.left_to_newer':
      return about(base, 'warn', notice, `left ${listed(notice.partitions)} to newer builds`);
    case 'paused':
      return { ...base, level: 'warn', type: 'paused', text: `${notice.part} is out of reach: waiting` };
    case 'resumed': {
      const seconds = (notice.pausedMs / 1_000).toFixed(1);
      const text = `${notice.part} is back after ${seconds} s`;
      return { ...base, level: 'info', type: 'resumed', text };
    }
    case 'message.buried': {
      const { message, code, reason, queue } = notice;
      const text = `${message.messageType ?? 'a message'} went to the dead letters: ${reason}`;
      return {
        ...base,
        ...orderOf(message),
        level: 'error',
        type: notice.type,
        text: text.slice(0, 1_000),
        detail: { ...message, code, queue },
      };
    }
    case 'decided.again':
    case 'message.retried':
      return undefined;
  }
}

function about(
  base: Pick<PlatformEvent, 'at' | 'service' | 'process'>,
  level: PlatformEvent['level'],
  { type, partitions }: Extract<Notice, { readonly partitions: readonly number[] }>,
  text: string,
): PlatformEvent {
  return { ...base, level, type, text, detail: { partitions } };
}

/** Stories are named after their order. */
function orderOf({ correlationId }: About): { orderId?: string } {
  return correlationId === undefined ? {} : { orderId: correlationId };
}

/** `partitions 0–3, 7`. */
function listed(partitions: readonly number[]): string {
  const runs: [from: number, to: number][] = [];
  for (const partition of [...partitions].sort((one, other) => one - other)) {
    const run = runs.at(-1);
    if (run?.[1] === partition - 1) run[1] = partition;
    else runs.push([partition, partition]);
  }
  const names = runs.map(([from, to]) => (from === to ? String(from) : `${String(from)}–${String(to)}`));
  return `${partitions.length === 1 ? 'partition' : 'partitions'} ${names.join(', ')}`;
}

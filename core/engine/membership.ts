import type { AnyBehaviour } from './behaviour.ts';
import type { Member } from './ports.ts';

/** Rises with every definition that a build raises. */
export function generationOf(behaviours: readonly AnyBehaviour[]): number {
  return behaviours.reduce((sum, { definition }) => sum + definition, 0);
}

/**
 * Which of a service's partitions a worker should own: rendezvous hashing among the living workers, so that a
 * worker's coming or going moves only its own share. Workers of an older build count only while no newer one lives:
 * what a newer one wrote they could not read. It says who *should* own a partition; the lease says who does.
 *
 * Source: Thaler, Ravishankar, "Using name-based mappings to increase hit rates", 1998.
 */
export function desiredPartitions(
  members: readonly Member[],
  me: string,
  partitions: number,
): readonly number[] {
  const newest = Math.max(...members.map(({ worker, generation }) => (worker ? generation : 0)));
  const workers = members
    .filter(({ worker, generation }) => worker && generation === newest)
    .map(({ id }) => id);
  const mine: number[] = [];
  for (let partition = 0; partition < partitions; partition += 1) {
    if (winner(workers, partition) === me) mine.push(partition);
  }
  return mine;
}

function winner(workers: readonly string[], partition: number): string | undefined {
  let best: string | undefined;
  let bestWeight = -1;
  for (const worker of workers) {
    const weight = mix(`${worker}/${String(partition)}`);
    if (weight > bestWeight || (weight === bestWeight && best !== undefined && worker < best)) {
      best = worker;
      bestWeight = weight;
    }
  }
  return best;
}

/** FNV-1a with the final mix of MurmurHash3, which spreads the nearly equal names of workers. */
function mix(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    hash ^= text.charCodeAt(index);
    hash = Math.imul(hash, 0x01000193);
  }
  hash ^= hash >>> 16;
  hash = Math.imul(hash, 0x85ebca6b);
  hash ^= hash >>> 13;
  hash = Math.imul(hash, 0xc2b2ae35);
  hash ^= hash >>> 16;
  return hash >>> 0;
}

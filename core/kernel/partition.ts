/**
 * Which partition an actor lives in: FNV-1a over the UTF-16 code units of its id, modulo the partition
 * count. The function is part of the stored format: changing it strands actors, so it never changes.
 *
 * Source: Fowler, Noll, Vo, "FNV hash", draft-eastlake-fnv.
 */
export function partitionOf(actorId: string, partitions: number): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < actorId.length; index += 1) {
    hash ^= actorId.charCodeAt(index);
    hash = Math.imul(hash, 0x01000193);
  }
  return (hash >>> 0) % partitions;
}

/** The routing-key and queue suffix of a partition: `p07`. */
export function partitionName(partition: number): string {
  return `p${partition.toString().padStart(2, '0')}`;
}

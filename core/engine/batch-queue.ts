import type { Inbound, Source } from './inbound.ts';

/**
 * Owns: messages delivered and not yet decided, in the order in which they must be.
 *
 * I1. What is put back comes before everything that arrived since (P7).
 * I2. Messages of a lost source are never given out: they come again (P11).
 */
export class BatchQueue {
  private messages: Inbound[] = [];

  get length(): number {
    return this.messages.length;
  }

  push(inbound: Inbound): void {
    this.messages.push(inbound);
  }

  /** The next messages to decide together; one that must be handled alone is alone (P8). */
  take(limit: number): Inbound[] {
    const batch: Inbound[] = [];
    let taken = 0;
    for (const inbound of this.messages) {
      if (batch.length >= limit || (inbound.alone && batch.length > 0)) break;
      taken += 1;
      if (inbound.tracked.source.lost) continue;
      batch.push(inbound);
      if (inbound.alone) break;
    }
    this.messages = this.messages.slice(taken);
    return batch;
  }

  putBack(batch: readonly Inbound[]): void {
    this.messages = [...batch.filter(({ tracked }) => !tracked.source.lost), ...this.messages];
  }

  remove(inbound: Inbound): void {
    this.messages = this.messages.filter((each) => each !== inbound);
  }

  removeFrom(source: Source): void {
    this.messages = this.messages.filter(({ tracked }) => tracked.source !== source);
  }

  /** Whether anything of these partitions still waits. */
  holdsOf(partitions: ReadonlySet<number>): boolean {
    return this.messages.some(
      ({ tracked }) => partitions.has(tracked.source.partition) && !tracked.source.lost,
    );
  }
}

import type { OutboxKey, OutboxRow } from '../../../core/engine/ports.ts';
import { partitionName } from '../../../core/kernel/partition.ts';
import { compareText, SortedList } from './sorted-list.ts';
import { refuseNoBigint, refuseNul } from './values.ts';

/** Epoch of rows taken over from writers that are gone; their sequence is the row's position, which is unique. */
const ADOPTED_EPOCH = -1;
const PARTITION_WRITER = /^p[0-9]{2,}$/;
const NONE: readonly OutboxRow[] = [];

type Place = Pick<OutboxKey, 'epoch' | 'sequence'>;

interface Kept extends Place {
  readonly row: OutboxRow;
  /** The order in which rows came, of all writers together. */
  readonly position: number;
}

interface Writer {
  readonly isPartition: boolean;
  readonly rows: SortedList<Kept, Place>;
}

/**
 * Owns: what commits have still to send (P9).
 *
 * I1. A row keeps its position whoever it belongs to, so that every takeover sends in the order of the commits.
 * I2. A writer without rows is not in the map: an idle look costs as much as there is to look at.
 */
export class MemoryOutbox {
  readonly #writers = new Map<string, Writer>();
  #position = 0;

  /** All rows, in the order in which they came. */
  values(): readonly OutboxRow[] {
    const kept = [...this.#writers.values()].flatMap(({ rows }) => rows.items);
    return kept.sort(byPosition).map(({ row }) => row);
  }

  get size(): number {
    let size = 0;
    for (const { rows } of this.#writers.values()) size += rows.size;
    return size;
  }

  /** One of the keys that is taken, or given twice; undefined when all are free. */
  firstTaken(rows: readonly OutboxKey[]): OutboxKey | undefined {
    const given = new Set<string>();
    return rows.find((row) => {
      const name = `${row.writer}\0${String(row.epoch)}\0${String(row.sequence)}`;
      if (given.has(name) || this.#writers.get(row.writer)?.rows.find(row) !== undefined) return true;
      given.add(name);
      return false;
    });
  }

  add(row: OutboxRow): void {
    this.#position += 1;
    this.#keep(row, this.#position);
  }

  remove(key: OutboxKey): boolean {
    const writer = this.#writers.get(key.writer);
    if (writer?.rows.remove(key) === undefined) return false;
    if (writer.rows.size === 0) this.#writers.delete(key.writer);
    return true;
  }

  /** Rows of the partitions' writers, by writer, epoch and sequence. */
  leftovers(partitions: readonly number[]): readonly OutboxRow[] {
    const names = [...new Set(partitions.map(partitionName))].sort(compareText);
    return names.flatMap((name) => this.#writers.get(name)?.rows.items.map(({ row }) => row) ?? NONE);
  }

  /** Rows of a member that were never adopted, by sequence. */
  ofMember(memberId: string, sequences: readonly number[]): readonly OutboxRow[] {
    const writer = this.#writers.get(memberId);
    if (writer === undefined) return NONE;
    const wanted = new Set(sequences);
    return writer.rows.items.flatMap(({ epoch, sequence, row }) =>
      epoch === 0 && wanted.has(sequence) ? row : [],
    );
  }

  /** Makes rows of writers that are gone the member's own, oldest first; those it took before come again. */
  adopt(memberId: string, limit: number, isLiving: (memberId: string) => boolean): readonly OutboxRow[] {
    let found: Kept[] | undefined;
    for (const [name, { isPartition, rows }] of this.#writers) {
      const own = name === memberId;
      if (!own && (isPartition || isLiving(name))) continue;
      for (const kept of rows.items) {
        if (!own || kept.epoch === ADOPTED_EPOCH) (found ??= []).push(kept);
      }
    }
    if (found === undefined) return NONE;
    found.sort(byPosition);
    return found.slice(0, limit).map((kept) => this.#moveTo(memberId, kept));
  }

  #moveTo(memberId: string, { row, position }: Kept): OutboxRow {
    if (row.writer === memberId && row.epoch === ADOPTED_EPOCH) return row;
    this.remove(row);
    const moved = { ...row, writer: memberId, epoch: ADOPTED_EPOCH, sequence: position };
    this.#keep(moved, position);
    return moved;
  }

  #keep(row: OutboxRow, position: number): void {
    let writer = this.#writers.get(row.writer);
    if (writer === undefined) {
      writer = { isPartition: PARTITION_WRITER.test(row.writer), rows: new SortedList(comparePlaces) };
      this.#writers.set(row.writer, writer);
    }
    writer.rows.add({ epoch: row.epoch, sequence: row.sequence, row, position });
  }
}

/** The messages are text to the store, and any text is fine: only the key can be refused. */
export function refuseOutboxRow({ writer, epoch, sequence }: OutboxKey): void {
  refuseNul(writer, 'the writer of an outbox row');
  refuseNoBigint(epoch, 'the epoch of an outbox row');
  refuseNoBigint(sequence, 'the sequence of an outbox row');
}

function comparePlaces(one: Place, other: Place): number {
  return one.epoch - other.epoch || one.sequence - other.sequence;
}

function byPosition(one: Kept, other: Kept): number {
  return one.position - other.position;
}

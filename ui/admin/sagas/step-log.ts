/**
 * The steps of one saga, as many as have been read.
 *
 * A long saga has tens of thousands of steps and few different moves, and everything on the page asks about all of them each
 * time the slider moves: so a step is a number in an array, not an object, and what repeats is kept once.
 *
 * L1: a step has the place of its seq, whether or not those before it have been read.
 * L2: what is read twice is the same twice: steps never change.
 */
import type { Outline } from '../../../core/services/sagas/ports.ts';

export type Move = Outline['moves'][number];

export interface Step {
  readonly seq: number;
  readonly atMs: number;
  readonly move: Move;
}

export class StepLog {
  readonly moves: Move[] = [];
  readonly #indexes = new Map<string, number>();
  /** By seq - 1: index of the move + 1; 0: not read. */
  #taken = new Int32Array(0);
  #atMs = new Float64Array(0);
  #length = 0;
  #read = 0;

  /** The newest step there is; 0: none is known of. */
  get last(): number {
    return this.#length;
  }

  /** Every step has been read. */
  get complete(): boolean {
    return this.#read === this.#length;
  }

  /** How many have been read. */
  get read(): number {
    return this.#read;
  }

  take({ version, moves, steps }: Outline): void {
    const own = moves.map((move) => this.#indexOf(move));
    this.#reach(Math.max(version, steps.at(-1)?.[0] ?? 0));
    for (const [seq, move, atMs] of steps) {
      const index = own[move];
      if (index === undefined) continue;
      if (this.#taken[seq - 1] === 0) this.#read += 1;
      this.#taken[seq - 1] = index + 1;
      this.#atMs[seq - 1] = atMs;
    }
  }

  step(seq: number): Step | undefined {
    const move = this.moves[this.moveOf(seq)];
    return move === undefined ? undefined : { seq, atMs: this.#atMs[seq - 1] ?? 0, move };
  }

  /** Index of a step's move; -1: not read. */
  moveOf(seq: number): number {
    return (this.#taken[seq - 1] ?? 0) - 1;
  }

  /** Whether all of these have been read; seqs from 1, both included. */
  has(from: number, to: number): boolean {
    for (let seq = Math.max(1, from); seq <= Math.min(to, this.#length); seq += 1) {
      if (this.#taken[seq - 1] === 0) return false;
    }
    return true;
  }

  /** The newest step at or before `from` that has not been read; 0: all have. */
  missingUpTo(from: number): number {
    let seq = Math.min(from, this.#length);
    while (seq > 0 && this.#taken[seq - 1] !== 0) seq -= 1;
    return seq;
  }

  /** How often each move happened in the first `until` steps, by its index. */
  counts(until: number): Uint32Array {
    const counts = new Uint32Array(this.moves.length);
    for (let at = Math.min(until, this.#length) - 1; at >= 0; at -= 1) {
      const index = (this.#taken[at] ?? 0) - 1;
      if (index >= 0) counts[index] = (counts[index] ?? 0) + 1;
    }
    return counts;
  }

  /** Seqs, ascending, of those steps whose move is wanted. */
  seqsOf(wanted: (move: Move) => boolean): readonly number[] {
    const answers = this.moves.map(wanted);
    const seqs: number[] = [];
    for (let at = 0; at < this.#length; at += 1) {
      if (answers[(this.#taken[at] ?? 0) - 1] === true) seqs.push(at + 1);
    }
    return seqs;
  }

  #indexOf(move: Move): number {
    const key = `${move.from} ${move.to} ${move.trigger}`;
    let index = this.#indexes.get(key);
    if (index === undefined) {
      index = this.moves.push(move) - 1;
      this.#indexes.set(key, index);
    }
    return index;
  }

  #reach(length: number): void {
    if (length > this.#taken.length) {
      const room = Math.max(length, this.#taken.length * 2);
      const [taken, atMs] = [new Int32Array(room), new Float64Array(room)];
      taken.set(this.#taken);
      atMs.set(this.#atMs);
      this.#taken = taken;
      this.#atMs = atMs;
    }
    this.#length = Math.max(this.#length, length);
  }
}

import { createWriteStream, mkdirSync, type WriteStream } from 'node:fs';
import { join } from 'node:path';

/** Owns: what the processes of one scenario print: counted, and written down where somebody asked for it. */
export class ProcessLog {
  readonly #files = new Map<string, WriteStream>();
  readonly #folder: string | undefined;
  readonly #fenced = new Map<string, number>();
  readonly #rests = new Map<string, string>();

  /** Without a folder it only counts. */
  constructor(folder?: string) {
    this.#folder = folder;
    if (folder !== undefined) mkdirSync(folder, { recursive: true });
  }

  write(process: string, text: string): void {
    this.#file(process)?.write(text);
    // A line may come in two pieces.
    const lines = ((this.#rests.get(process) ?? '') + text).split('\n');
    this.#rests.set(process, lines.pop() ?? '');
    const fenced = lines.filter((line) => line.includes(FENCED)).length;
    this.#fenced.set(process, this.fenced(process) + fenced);
  }

  /** Commits that the fence kept out: the process had lost a partition, or an actor had moved on (P2). */
  fenced(process: string): number {
    return this.#fenced.get(process) ?? 0;
  }

  close(): void {
    for (const file of this.#files.values()) file.end();
  }

  #file(process: string): WriteStream | undefined {
    if (this.#folder === undefined) return undefined;
    const known = this.#files.get(process);
    if (known !== undefined) return known;
    const file = createWriteStream(join(this.#folder, `${process.replaceAll(' ', '-')}.log`));
    this.#files.set(process, file);
    return file;
  }
}

/** What the store's refusal says (adapters/postgres/engine/commit-actors.ts). */
const FENCED = 'a partition has another owner or epoch';

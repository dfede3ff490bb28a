import { BenchInvalid } from './bench.ts';

/** Things that were begun and are awaited one by one: how long each took, and when all are done. */
export class Waiting {
  readonly #begun = new Map<string, { readonly atMs: number; readonly done: () => void }>();
  readonly tookMs: number[] = [];
  /** When the last of them was done, milliseconds of performance.now(). */
  lastMs = 0;

  get open(): number {
    return this.#begun.size;
  }

  /** Resolves when `done` is told of it. */
  begin(id: string, atMs: number): Promise<void> {
    return new Promise((resolve) => {
      this.#begun.set(id, { atMs, done: resolve });
    });
  }

  /** Ids nobody waits for are passed by. */
  done(id: string): void {
    const begun = this.#begun.get(id);
    if (begun === undefined) return;
    this.#begun.delete(id);
    this.lastMs = performance.now();
    this.tookMs.push(this.lastMs - begun.atMs);
    begun.done();
  }

  /** Ends as `work` does, or rejects with BenchInvalid when nothing has been done for a long time. */
  async within<Result>(work: Promise<Result>): Promise<Result> {
    let timer: NodeJS.Timeout | undefined;
    const stalled = new Promise<never>((_, reject) => {
      let before = -1;
      timer = setInterval(() => {
        if (this.tookMs.length === before) {
          reject(new BenchInvalid(`${String(this.open)} wait in vain, and nothing moves any more`));
        }
        before = this.tookMs.length;
      }, STALLED_MS);
    });
    try {
      return await Promise.race([work, stalled]);
    } finally {
      clearInterval(timer);
    }
  }
}

const STALLED_MS = 20_000;

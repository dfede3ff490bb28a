import { Worker } from 'node:worker_threads';
import { OrreryError } from '../../../core/kernel/errors.ts';
import type { ProductsFound, SearchFilter } from '../../../core/models/search/product-search.ts';
import type { SearchFacts, SearchReply, SearchTask, SearchWork } from './search-thread.ts';

/** A thread that needs more is ended, and its process goes on. */
const HEAP_MB_MAX = 1_024;
/** A search that takes longer is answered by the database. */
const SEARCH_MS_MAX = 500;
/** A thread that was asked and has answered nothing for so long hangs: it is ended. */
const SILENT_MS_MAX = 30_000;

/** Where the thread's program is; tests have one that hangs. */
const PROGRAM = new URL('./search-thread.js', import.meta.url);

interface Waiting {
  readonly resolve: (answer: ProductsFound | SearchFacts | null) => void;
  readonly reject: (error: Error) => void;
}

/**
 * Owns: the search index in a thread of its own, from its start to its end. Everything rejects once the thread has
 * ended, by itself, by `close`, or because it hung; whoever fed it makes a new one.
 */
export class ThreadIndex {
  readonly #thread: Worker;
  readonly #waiting = new Map<number, Waiting>();
  readonly #searchMsMax: number;
  readonly #silentMsMax: number;
  #ended: Error | undefined;
  #count = 0;
  #unanswered = 0;
  /** Of what it was asked nothing was answered since then, on the clock of `performance`. */
  #silentSince = 0;

  constructor({
    currency,
    program = PROGRAM,
    searchMsMax = SEARCH_MS_MAX,
    silentMsMax = SILENT_MS_MAX,
  }: {
    /** Of the prices; ISO 4217. */
    readonly currency: string;
    readonly program?: URL;
    readonly searchMsMax?: number;
    readonly silentMsMax?: number;
  }) {
    this.#searchMsMax = searchMsMax;
    this.#silentMsMax = silentMsMax;
    this.#thread = new Worker(program, {
      workerData: { currency } satisfies SearchWork,
      resourceLimits: { maxOldGenerationSizeMb: HEAP_MB_MAX },
    });
    // A process that is done does not wait for searches.
    this.#thread.unref();
    this.#thread.on('message', (reply: SearchReply) => {
      this.#unanswered -= 1;
      this.#silentSince = performance.now();
      const waiting = this.#waiting.get(reply.number);
      this.#waiting.delete(reply.number);
      if ('problem' in reply) waiting?.reject(new OrreryError('search_failed', reply.problem));
      else waiting?.resolve(reply.answer);
    });
    this.#thread.on('error', (error) => {
      this.#end(error);
    });
    this.#thread.on('exit', () => {
      this.#end(new Error('the thread of the search index ended'));
    });
  }

  hasEnded(): boolean {
    return this.#ended !== undefined;
  }

  /** Resolves once the index has taken it in; to be waited for before the next. */
  async feed(task: Exclude<SearchTask, { kind: 'search' | 'facts' }>): Promise<void> {
    await this.#ask(task);
  }

  /** Rejects with `search_late` after half a second. */
  async search(query: string, filter: SearchFilter): Promise<ProductsFound> {
    return (await this.#ask({ kind: 'search', query, filter }, this.#searchMsMax)) as ProductsFound;
  }

  async facts(): Promise<SearchFacts> {
    return (await this.#ask({ kind: 'facts' })) as SearchFacts;
  }

  async close(): Promise<void> {
    await this.#thread.terminate();
  }

  #ask(task: SearchTask, withinMs?: number): Promise<ProductsFound | SearchFacts | null> {
    if (this.#ended !== undefined) return Promise.reject(this.#ended);
    this.#count += 1;
    const number = this.#count;
    if (this.#unanswered === 0) this.#silentSince = performance.now();
    this.#unanswered += 1;
    return new Promise((resolve, reject) => {
      let late: NodeJS.Timeout | undefined;
      // Where this thread stood still itself, the answer may be here already: it is read before an immediate.
      const giveUpIn = (ms: number): void => {
        late = setTimeout(() => setImmediate(giveUp), ms);
      };
      const giveUp = (): void => {
        if (!this.#waiting.has(number)) return;
        const leftMs = this.#silentMsMax - (performance.now() - this.#silentSince);
        if (leftMs <= 0) void this.#thread.terminate();
        if (withinMs === undefined) {
          if (leftMs > 0) giveUpIn(leftMs);
          return;
        }
        this.#waiting.delete(number);
        reject(
          new OrreryError('search_late', `the search index took longer than ${String(withinMs)} ms`, {
            retryable: true,
          }),
        );
      };
      giveUpIn(withinMs ?? this.#silentMsMax);
      this.#waiting.set(number, {
        resolve: (answer) => {
          clearTimeout(late);
          resolve(answer);
        },
        reject: (error) => {
          clearTimeout(late);
          reject(error);
        },
      });
      this.#thread.postMessage({ number, task });
    });
  }

  #end(why: Error): void {
    this.#ended ??= why;
    for (const { reject } of this.#waiting.values()) reject(why);
    this.#waiting.clear();
  }
}

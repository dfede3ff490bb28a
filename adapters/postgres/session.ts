import type pg from 'pg';
import { breaksConnection, classify, sqlState } from './errors.ts';

export interface Answer {
  readonly rows: unknown[];
  readonly command: string;
}

/** What every transaction says, and every server answers at once. */
const BRIEF: ReadonlySet<string> = new Set(['begin', 'commit', 'rollback']);

/**
 * Owns: a borrowed connection: what it is asked, how long it may be silent, whether it may be lent again.
 *
 * I1. Every rejection is classified (errors.ts).
 */
export class Session {
  readonly #client: pg.PoolClient;
  readonly #answerMsMax: number | undefined;
  #broken = false;
  #cutOffAtMs: number | undefined;

  /** `answerMsMax`: for prepared statements, which are short, and around transactions; undefined: the pool's. */
  constructor(client: pg.PoolClient, answerMsMax: number | undefined) {
    this.#client = client;
    this.#answerMsMax = answerMsMax;
  }

  /** It must not be used again. */
  get broken(): boolean {
    return this.#broken;
  }

  /** When it was asked what it broke over without a word of the server, who may not even know. */
  get cutOffAtMs(): number | undefined {
    return this.#cutOffAtMs;
  }

  /** Without values and name several statements are allowed; the answer is the last one's. */
  async run(sql: string, values?: readonly unknown[], name?: string): Promise<Answer> {
    const prompt = name !== undefined || BRIEF.has(sql);
    const askedAtMs = performance.now();
    const limits = prompt && this.#answerMsMax !== undefined ? { query_timeout: this.#answerMsMax } : {};
    try {
      const answers = (await this.#client.query({
        text: sql,
        ...(values === undefined ? {} : { values: [...values] }),
        ...(name === undefined ? {} : { name }),
        ...limits,
      })) as Answer | Answer[];
      const answer = Array.isArray(answers) ? answers.at(-1) : answers;
      return answer ?? { rows: [], command: '' };
    } catch (error) {
      this.#broken ||= breaksConnection(error);
      if (breaksConnection(error) && sqlState(error) === undefined) this.#cutOffAtMs ??= askedAtMs;
      throw classify(error);
    }
  }

  /** Ends a transaction that may be open; without one it does no harm. Never rejects. */
  async rollBack(): Promise<void> {
    if (this.#broken) return;
    try {
      await this.run('rollback');
    } catch {
      this.#broken = true;
    }
  }

  release(): void {
    this.#client.release(this.#broken);
  }
}

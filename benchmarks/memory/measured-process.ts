import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** What a process holds once garbage is collected. */
export interface HeapReport {
  /** On V8's heap and in buffers outside of it. */
  readonly heapBytes: number;
  /** Of memory that the system has given it; it gives back late. */
  readonly residentBytes: number;
}

const START_MS_MAX = 60_000;
const STOP_MS_MAX = 30_000;

/** A process of the platform as an operator starts it, which tells how much memory it holds when asked. */
export class MeasuredProcess {
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess) {
    this.#child = child;
  }

  /** Resolves once it is up. */
  static async start(environment: Readonly<Record<string, string>>): Promise<MeasuredProcess> {
    const program = fileURLToPath(new URL('../../adapters/main/start.js', import.meta.url));
    const reporter = new URL('./heap-reporter.js', import.meta.url).href;
    const child = fork(program, {
      execArgv: ['--expose-gc', '--import', reporter],
      env: { PATH: process.env['PATH'], ...environment },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    // A bench that ends in the middle leaves nobody behind.
    const orphaned = (): boolean => child.kill('SIGKILL');
    process.once('exit', orphaned);
    child.once('exit', () => process.off('exit', orphaned));
    let output = '';
    await new Promise<void>((resolve, reject) => {
      const fail = (why: string): void => {
        child.kill('SIGKILL');
        reject(new Error(`the measured process ${why}:\n${output}`));
      };
      const late = setTimeout(() => fail(`was not up after ${START_MS_MAX} ms`), START_MS_MAX);
      const read = (chunk: string): void => {
        if (output.includes(UP)) return;
        output += chunk;
        if (!output.includes(UP)) return;
        clearTimeout(late);
        resolve();
      };
      child.stdout?.setEncoding('utf8').on('data', read);
      child.stderr?.setEncoding('utf8').on('data', read);
      child.once('exit', (code) => {
        clearTimeout(late);
        fail(`ended with ${String(code)}`);
      });
    });
    return new MeasuredProcess(child);
  }

  /** Collects garbage twice, for what the first round only lets go, and tells what is left. */
  async measure(): Promise<HeapReport> {
    await this.#ask();
    return this.#ask();
  }

  /** Asks it to stop; resolves once it has. */
  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = once(this.#child, 'exit');
    this.#child.kill('SIGTERM');
    const late = setTimeout(() => this.#child.kill('SIGKILL'), STOP_MS_MAX);
    await ended;
    clearTimeout(late);
  }

  async #ask(): Promise<HeapReport> {
    const answered = once(this.#child, 'message', { signal: AbortSignal.timeout(ANSWER_MS_MAX) });
    this.#child.send('measure');
    const [report] = (await answered) as [HeapReport];
    return report;
  }
}

const UP = 'Orrery is up';
const ANSWER_MS_MAX = 20_000;

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** One process of the platform, as an operator would start it; may be killed, stopped for a while, started again. */
export class PlatformProcess {
  readonly name: string;
  private readonly environment: Readonly<Record<string, string>>;
  private readonly onOutput: (text: string) => void;
  private child: ChildProcess | undefined;
  private output = '';
  private up = false;
  private endings = 0;
  private tail = '';
  private words = '';

  /** `onOutput` is told whatever the process prints. */
  constructor(
    name: string,
    environment: Readonly<Record<string, string>>,
    onOutput: (text: string) => void = () => undefined,
  ) {
    this.name = name;
    this.environment = environment;
    this.onOutput = onOutput;
  }

  /** How often it ended by itself after it had come up. */
  get endedByItself(): number {
    return this.endings;
  }

  /** The end of what it printed before it last ended by itself. */
  get lastWords(): string {
    return this.words;
  }

  /** Of the start under way; members of the platform carry it in their names. */
  get pid(): number | undefined {
    return this.child?.pid;
  }

  /** Resolves once it says that it is up, with its address where it has one. */
  async start(): Promise<string | undefined> {
    const program = fileURLToPath(new URL('../start.js', import.meta.url));
    const { PATH, HOME } = process.env;
    const child = spawn(process.execPath, ['--enable-source-maps', '--max-semi-space-size=128', program], {
      env: {
        ...(PATH === undefined ? {} : { PATH }),
        ...(HOME === undefined ? {} : { HOME }),
        ...this.environment,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.child = child;
    this.output = '';
    // A drill that ends in the middle leaves nobody behind.
    const orphaned = (): boolean => child.kill('SIGKILL');
    process.once('exit', orphaned);
    this.up = false;
    child.once('exit', () => {
      process.off('exit', orphaned);
      if (!this.up) return;
      this.endings += 1;
      this.words = this.tail;
    });
    return new Promise((resolve, reject) => {
      const late = setTimeout(() => {
        child.kill('SIGKILL');
        reject(new Error(`${this.name} was not up after ${START_MS_MAX} ms:\n${this.output}`));
      }, START_MS_MAX);
      let told = false;
      const read = (chunk: string): void => {
        this.onOutput(chunk);
        this.tail = (this.tail + chunk).slice(-TAIL_CHARACTERS_MAX);
        if (told) return;
        this.output += chunk;
        const up = /Orrery is up(?:: (http:\S+))?/.exec(this.output);
        if (up === null) return;
        clearTimeout(late);
        told = true;
        this.up = true;
        resolve(up[1]);
      };
      child.stdout.setEncoding('utf8').on('data', read);
      child.stderr.setEncoding('utf8').on('data', read);
      child.once('exit', (code) => {
        clearTimeout(late);
        reject(new Error(`${this.name} ended with ${String(code)} before it was up:\n${this.output}`));
      });
    });
  }

  /** Ends it at once, in the middle of whatever it does. */
  async kill(): Promise<void> {
    await this.end('SIGKILL');
  }

  /** Takes the processor away from it, as a host that is far too busy does, until `resume`. */
  pause(): void {
    this.child?.kill('SIGSTOP');
  }

  resume(): void {
    this.child?.kill('SIGCONT');
  }

  /** Asks it to stop; resolves with its exit code. */
  async stop(): Promise<number | null> {
    return this.end('SIGTERM');
  }

  private async end(signal: NodeJS.Signals): Promise<number | null> {
    const { child } = this;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null)
      return child?.exitCode ?? null;
    this.up = false;
    const ended = once(child, 'exit');
    child.kill(signal);
    // A paused process hears of it only when it goes on.
    child.kill('SIGCONT');
    const late = setTimeout(() => child.kill('SIGKILL'), STOP_MS_MAX);
    await ended;
    clearTimeout(late);
    return child.exitCode;
  }
}

const START_MS_MAX = 60_000;
const STOP_MS_MAX = 30_000;
/** Enough for an error and where it was thrown. */
const TAIL_CHARACTERS_MAX = 4_000;

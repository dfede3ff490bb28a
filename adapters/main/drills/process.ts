import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** One process of the platform, as an operator would start it; may be killed and started again. */
export class PlatformProcess {
  readonly name: string;
  private readonly environment: Readonly<Record<string, string>>;
  private child: ChildProcess | undefined;
  private output = '';

  constructor(name: string, environment: Readonly<Record<string, string>>) {
    this.name = name;
    this.environment = environment;
  }

  /** Resolves once it says that it is up, with its address where it has one. */
  async start(): Promise<string | undefined> {
    const program = fileURLToPath(new URL('../start.js', import.meta.url));
    const { PATH, HOME } = process.env;
    const child = spawn(process.execPath, ['--enable-source-maps', program], {
      env: {
        ...(PATH === undefined ? {} : { PATH }),
        ...(HOME === undefined ? {} : { HOME }),
        ...this.environment,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.child = child;
    this.output = '';
    return new Promise((resolve, reject) => {
      const late = setTimeout(() => {
        child.kill('SIGKILL');
        reject(new Error(`${this.name} was not up after ${String(START_MS_MAX)} ms:\n${this.output}`));
      }, START_MS_MAX);
      const read = (chunk: string): void => {
        this.output = (this.output + chunk).slice(-20_000);
        const up = /Orrery is up(?:: (http:\S+))?/.exec(this.output);
        if (up === null) return;
        clearTimeout(late);
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

  /** Asks it to stop; resolves with its exit code. */
  async stop(): Promise<number | null> {
    return this.end('SIGTERM');
  }

  private async end(signal: NodeJS.Signals): Promise<number | null> {
    const { child } = this;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null)
      return child?.exitCode ?? null;
    const ended = once(child, 'exit');
    child.kill(signal);
    const late = setTimeout(() => child.kill('SIGKILL'), STOP_MS_MAX);
    await ended;
    clearTimeout(late);
    return child.exitCode;
  }
}

const START_MS_MAX = 60_000;
const STOP_MS_MAX = 30_000;

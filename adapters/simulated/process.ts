import type { Clock } from '../../core/kernel/clock.ts';
import type { Timeline } from './scheduler.ts';

/**
 * Owns: one start of one process: whether it runs, and what its clock says.
 *
 * Code awaits the world only through calls, deliveries and timers, and all of these come back by `deliver`. So a
 * process that is killed stops at whatever await it has reached, and one that is stopped (SIGSTOP) goes on there, with
 * everything that came meanwhile.
 *
 * I1. Nothing of a dead process ever runs again.
 */
export class SimulatedProcess {
  readonly name: string;
  /** How far its clock is off, milliseconds. */
  skewMs = 0;
  readonly clock: Clock;
  private state: 'running' | 'paused' | 'waking' | 'dead' = 'running';
  private held: (() => void)[] = [];
  private readonly timeline: Timeline;

  constructor(name: string, timeline: Timeline) {
    this.name = name;
    this.timeline = timeline;
    this.clock = {
      now: () => timeline.now() + this.skewMs,
      after: (delayMs, callback) => this.after(delayMs, callback),
    };
  }

  get alive(): boolean {
    return this.state !== 'dead';
  }

  get running(): boolean {
    return this.state === 'running';
  }

  /** Lets something reach the process: now, when it goes on, or never. */
  deliver(run: () => void): void {
    if (this.state === 'running') run();
    else if (this.state !== 'dead') this.held.push(run);
  }

  kill(): void {
    this.state = 'dead';
    this.held = [];
  }

  pause(): void {
    if (this.state !== 'dead') this.state = 'paused';
  }

  resume(): void {
    if (this.state !== 'paused') return;
    this.state = 'waking';
    this.catchUp();
  }

  /** What came meanwhile, each in an event of its own: between two of them it does what its promises ask for. */
  private catchUp(): void {
    this.timeline.after(0, () => {
      if (this.state !== 'waking') return;
      const run = this.held.shift();
      if (run === undefined) {
        this.state = 'running';
        return;
      }
      run();
      this.catchUp();
    });
  }

  private after(delayMs: number, callback: () => void): () => void {
    let open = true;
    const cancel = this.timeline.after(Math.max(0, delayMs), () => {
      this.deliver(() => {
        if (open) callback();
      });
    });
    return () => {
      open = false;
      cancel();
    };
  }
}

import { SimulatedProcess } from '../../simulated/process.ts';
import type { Timeline } from '../../simulated/scheduler.ts';
import { type NodePlan, type NodePorts, type WiredNodes, wireNodes } from '../wiring.ts';

/** The world as one start of one process meets it, and the end of its connections. */
export interface ProcessWorld {
  readonly ports: NodePorts;
  /** The process is gone: what it held open outside ends, soon or when somebody notices. */
  readonly vanish: () => void;
}

export interface HostOptions {
  readonly timeline: Timeline;
  readonly enter: (process: SimulatedProcess, slot: string) => ProcessWorld;
  readonly plan: (memberName: string, slot: string) => NodePlan;
  readonly tell: (who: string, what: string) => void;
}

/**
 * Owns: a place where a process runs, as a supervisor sees it: it starts the platform's services there, the same that
 * run in production, and starts them again when the process died or could not start.
 */
export class Host {
  readonly slot: string;
  private readonly options: HostOptions;
  private starts = 0;
  private process: SimulatedProcess | null = null;
  private world: ProcessWorld | null = null;
  private nodes: WiredNodes | null = null;
  /** Counts what was asked for, so that a later wish overtakes an earlier one under way. */
  private wishes = 0;
  private retired = false;

  constructor(slot: string, options: HostOptions) {
    this.slot = slot;
    this.options = options;
  }

  /** What answers requests now; null while it is starting, stopping or dead. */
  get open(): { readonly process: SimulatedProcess; readonly nodes: WiredNodes } | null {
    const { process, nodes } = this;
    return process?.alive === true && nodes !== null ? { process, nodes } : null;
  }

  get current(): SimulatedProcess | null {
    return this.process?.alive === true ? this.process : null;
  }

  /** Without effect while it runs, and once it is retired. */
  start(): void {
    if (this.retired || this.process?.alive === true) return;
    this.wishes += 1;
    this.starts += 1;
    const { timeline, tell } = this.options;
    const name = `${this.slot}.${String(this.starts)}`;
    const process = new SimulatedProcess(name, timeline);
    const world = this.options.enter(process, this.slot);
    this.process = process;
    this.world = world;
    tell(this.slot, `starts as ${name}`);
    const wish = this.wishes;
    this.bringUp(world, name).then(
      (nodes) => {
        if (wish === this.wishes) this.nodes = nodes;
      },
      (error: unknown) => {
        if (wish !== this.wishes) return;
        tell(this.slot, `can not start: ${error instanceof Error ? error.message : String(error)}`);
        this.kill();
        this.startIn(RESTART_MS);
      },
    );
  }

  /** Without effect while it runs: what is being brought up, or down, comes to its own end. */
  startIn(delayMs: number): void {
    if (this.process?.alive === true) return;
    this.wishes += 1;
    const wish = this.wishes;
    this.options.timeline.after(delayMs, () => {
      if (wish === this.wishes) this.start();
    });
  }

  /** It ends here and now. */
  kill(): void {
    this.wishes += 1;
    if (this.process?.alive !== true) return;
    this.process.kill();
    this.nodes = null;
    this.world?.vanish();
  }

  /** It is never started again. */
  retire(): void {
    this.retired = true;
  }

  /**
   * It is asked to stop, and killed when it takes too long. `then` is called once, with whether it came to that: a
   * crash may have come first.
   */
  stop(then: (stopped: boolean) => void): void {
    this.wishes += 1;
    const wish = this.wishes;
    const { nodes, world } = this;
    this.nodes = null;
    let ended = false;
    const end = (how: string): void => {
      if (ended) return;
      ended = true;
      const stopped = wish === this.wishes;
      if (stopped) {
        this.options.tell(this.slot, how);
        this.kill();
      }
      then(stopped);
    };
    this.options.timeline.after(STOP_MS_MAX, () => {
      end('does not stop, and is killed');
    });
    if (nodes === null || world === null) {
      end('is stopped before it was up');
      return;
    }
    void this.bringDown(nodes, world).then(() => {
      end('has stopped');
    });
  }

  private async bringUp({ ports }: ProcessWorld, name: string): Promise<WiredNodes> {
    const nodes = await wireNodes(ports, this.options.plan(name, this.slot));
    for (const node of nodes.all.values()) await node.start();
    return nodes;
  }

  private async bringDown({ all }: WiredNodes, { ports }: ProcessWorld): Promise<void> {
    for (const node of [...all.values()].reverse()) await node.stop();
    await ports.broker.close();
  }
}

/** A supervisor's rest before it tries again. */
const RESTART_MS = 1_000;
/** A supervisor's patience with a process that is to stop. */
const STOP_MS_MAX = 20_000;

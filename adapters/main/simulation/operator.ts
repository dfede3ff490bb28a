import type { Pause } from '../../../core/engine/ports.ts';
import type { Random } from '../../../core/kernel/clock.ts';
import type { RepairBody, RepairCommand, SagaView } from '../../../core/services/orders/repair-ports.ts';
import { chance, oneOf, whole } from '../../../core/kernel/seeded-random.ts';
import type { Timeline } from '../../simulated/scheduler.ts';
import type { Door } from '../../simulated/shoppers.ts';

export interface OperatorWorld {
  readonly door: Door;
  readonly timeline: Timeline;
  readonly random: Random;
  readonly partitions: number;
  readonly orders: () => readonly { readonly id: string; readonly status: string }[];
  /** What is at rest by hand, by service; changed in place. */
  readonly pauses: (service: string) => Pause[];
  readonly tell: (what: string) => void;
}

/** How long somebody meddles; the rest of a run must be able to end by itself. */
const MEDDLES_MS = 20_000;
const BETWEEN_MS_MAX = 700;
const PAUSE_MS_MAX = 6_000;
const TIDY_MS = 1_000;
const ENDED: ReadonlySet<string> = new Set(['delivered', 'cancelled']);

/**
 * Somebody who repairs orders that need none and pauses what runs, at random moments: always something that is offered as
 * possible, never something that has to be vouched for. In the end everything that was set aside is taken up again.
 */
export class Operator {
  /** Repairs that were sent, by operation. */
  readonly asked = new Map<string, number>();
  private readonly world: OperatorWorld;
  private readonly until: number;

  constructor(world: OperatorWorld) {
    this.world = world;
    this.until = world.timeline.now() + MEDDLES_MS;
  }

  /** `done` is called when the meddling ends; what is parked by then, or will be by what is on its way, is taken up later. */
  begin(done: () => void): void {
    const { timeline, random } = this.world;
    timeline.after(MEDDLES_MS + PAUSE_MS_MAX, done);
    const next = (): void => {
      const meddling = timeline.now() < this.until;
      timeline.after(meddling ? whole(random, 50, BETWEEN_MS_MAX) : TIDY_MS, () => {
        // No answer, or a refusal: whoever meddles goes on.
        (meddling ? this.meddle() : this.tidy()).then(next, next);
      });
    };
    next();
  }

  private async meddle(): Promise<void> {
    const { random, orders } = this.world;
    if (chance(random, 0.15)) {
      this.pause();
      return;
    }
    const open = orders().filter(({ status }) => !ENDED.has(status));
    if (open.length > 0) await this.repair(oneOf(random, open).id, (saga) => this.wish(saga));
  }

  private async tidy(): Promise<void> {
    for (const { id, status } of this.world.orders()) {
      if (ENDED.has(status)) continue;
      await this.repair(id, ({ parked }) => (parked === null ? undefined : { operation: 'unpark' }));
    }
  }

  private async repair(id: string, choose: (saga: SagaView) => RepairCommand | undefined): Promise<void> {
    const { door, random, tell } = this.world;
    const which = whole(random, 0, 9);
    const saga = await door.ask(which, ({ repairs }) => repairs.find('order', id));
    const command = saga && choose(saga);
    if (saga === undefined || command === undefined) return;
    const body: RepairBody = { ...command, reason: 'a simulated whim', expectedVersion: saga.version };
    try {
      await door.ask(which, ({ repairs }) => repairs.check('order', id, body));
    } catch {
      return;
    }
    tell(`${command.operation} ${id} at version ${String(saga.version)}`);
    await door.ask(which, ({ repairs }) => repairs.request('order', id, body, 'operator'));
    this.asked.set(command.operation, (this.asked.get(command.operation) ?? 0) + 1);
  }

  private wish(saga: SagaView): RepairCommand | undefined {
    const { random } = this.world;
    const possible = saga.operations.filter((each) => each.possible);
    if (possible.length === 0) return undefined;
    const { operation, steps } = oneOf(random, possible);
    switch (operation) {
      case 'edit':
        return { operation, changes: { customerName: `Renamed ${String(whole(random, 1, 9))}` } };
      case 'restart':
        return { operation, step: oneOf(random, steps).step };
      default:
        return { operation };
    }
  }

  private pause(): void {
    const { random, partitions, pauses, timeline, tell } = this.world;
    const service = oneOf(random, ['orders', 'inventory', 'payments', 'shipping', 'notifications']);
    const partitioned = service === 'orders' || service === 'inventory';
    const partition = partitioned && chance(random, 0.5) ? whole(random, 0, partitions - 1) : null;
    const pause: Pause = { kind: null, partition };
    pauses(service).push(pause);
    tell(`pauses ${service} ${String(partition ?? '')}`);
    timeline.after(whole(random, 200, PAUSE_MS_MAX), () => {
      pauses(service).splice(pauses(service).indexOf(pause), 1);
      tell(`resumes ${service}`);
    });
  }
}

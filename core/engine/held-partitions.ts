import { errorMessage } from '../kernel/errors.ts';
import { LEASE_MS, PREFETCH_FRAMES } from '../kernel/limits.ts';
import type { Logger } from '../kernel/logger.ts';
import type { Message } from '../kernel/message.ts';
import { partitionName } from '../kernel/partition.ts';
import type { Source } from './inbound.ts';
import type { OutboxSender } from './outbox-sender.ts';
import type { Broker, Delivery, EngineStore, Fence, OutboxRow, Subscription } from './ports.ts';
import { partitionQueue } from './topology.ts';

/**
 * Owns: the partitions a worker holds: their leases' epochs, subscriptions and outbox sequences.
 * Does not own: when they are opened and closed, what is decided (worker.ts).
 *
 * I1. What the last epoch committed is sent ahead of everything newer (P9).
 * I2. After a failure of our own the epoch rises only where the lease is still ours (P1).
 * I3. A partition that is held, not at rest and not subscribed is reported as lost, so that it is subscribed again.
 * I4. A partition at rest is held without a subscription: what it delivered was given back, and waits at the broker (P27).
 */
interface HeldPartition {
  readonly id: number;
  epoch: number;
  sequence: number;
  source: Source;
  subscription: Subscription | null;
  resting: boolean;
}

export interface HeldPartitionsOptions {
  readonly service: string;
  readonly owner: string;
  readonly store: Pick<EngineStore, 'open' | 'renew' | 'release' | 'leftovers'>;
  readonly broker: Pick<Broker, 'consume'>;
  readonly sender: OutboxSender;
  readonly logger: Logger;
  readonly onDelivery: (source: Source, delivery: Delivery) => void;
  /** The partition has no consumer any more, or could get none. */
  readonly onLost: (partition: number, source: Source, reason: Error) => void;
}

/** How long an opening waits for the confirms of left-overs before newer rows may follow them. */
const LEFTOVERS_CONFIRM_MS = 1_000;

export class HeldPartitions {
  private readonly options: HeldPartitionsOptions;
  private readonly held = new Map<number, HeldPartition>();

  constructor(options: HeldPartitionsOptions) {
    this.options = options;
  }

  ids(): number[] {
    return [...this.held.keys()];
  }

  has(partition: number): boolean {
    return this.held.has(partition);
  }

  /** Ascending by partition. */
  fences(): Fence[] {
    return [...this.held.values()]
      .map(({ id, epoch }) => ({ partition: id, epoch }))
      .sort((one, other) => one.partition - other.partition);
  }

  /** Those that are at rest, ascending. */
  resting(): number[] {
    return this.fences()
      .map(({ partition }) => partition)
      .filter((partition) => this.held.get(partition)?.resting === true);
  }

  queueOf(partition: number): string {
    return partitionQueue(this.options.service, partition);
  }

  /** The outbox row of a commit, for what one of its partitions sends. */
  outboxRow(partition: number, messages: readonly Message[]): OutboxRow | undefined {
    const held = this.held.get(partition);
    if (held === undefined || messages.length === 0) return undefined;
    held.sequence += 1;
    return { writer: partitionName(partition), epoch: held.epoch, sequence: held.sequence, messages };
  }

  /** Takes those that are free or expired and listens to them, unless they rest; resolves with what was taken. */
  async open(
    wanted: readonly number[],
    rests: (partition: number) => boolean = () => false,
  ): Promise<readonly Fence[]> {
    const { store, owner } = this.options;
    const fences = await store.open(
      owner,
      wanted.filter((each) => !this.held.has(each)),
      LEASE_MS,
    );
    await this.sendLeftovers(fences);
    const opened = fences.map(({ partition, epoch }): HeldPartition => ({
      id: partition,
      epoch,
      sequence: 0,
      source: { ...this.newSource(partition), lost: rests(partition) },
      subscription: null,
      resting: rests(partition),
    }));
    for (const held of opened) this.held.set(held.id, held);
    // Together: each takes several round trips, and the worker decides nothing until the last of them is done.
    await Promise.all(opened.filter(({ resting }) => !resting).map((held) => this.subscribe(held)));
    return fences;
  }

  /** Raises the epochs of those still ours, sends what they left over; resolves with those that are not ours. */
  async reopen(partitions: readonly number[]): Promise<readonly number[]> {
    const { store, owner } = this.options;
    const asked = this.fences().filter(({ partition }) => partitions.includes(partition));
    if (asked.length === 0) return [];
    const ours = await store.renew(owner, asked, LEASE_MS);
    const fences = ours.length === 0 ? [] : await store.open(owner, ours, LEASE_MS);
    for (const { partition, epoch } of fences) {
      const held = this.held.get(partition);
      if (held === undefined) continue;
      held.epoch = epoch;
      held.sequence = 0;
    }
    await this.sendLeftovers(fences);
    const kept = new Set(fences.map(({ partition }) => partition));
    return asked.map(({ partition }) => partition).filter((each) => !kept.has(each));
  }

  /** Listens anew to a partition whose consumer was lost; resolves with whether it does. */
  async resubscribe(partition: number): Promise<boolean> {
    const held = this.held.get(partition);
    if (held?.source.lost !== true || held.resting) return false;
    held.source = this.newSource(partition);
    held.subscription = null;
    return this.subscribe(held);
  }

  /** Gives back what a partition delivered and listens no more; resolves with the source its messages came from. */
  async rest(partition: number): Promise<Source | undefined> {
    const held = this.held.get(partition);
    if (held === undefined || held.resting) return undefined;
    held.resting = true;
    held.source.lost = true;
    await this.abandon(held);
    return held.source;
  }

  /** Listens again after a rest; resolves with whether it does. */
  wake(partition: number): Promise<boolean> {
    const held = this.held.get(partition);
    if (held?.resting !== true) return Promise.resolve(false);
    held.resting = false;
    return this.resubscribe(partition);
  }

  /** No further deliveries of these; those that came may still be acknowledged (P3). */
  async cancel(partitions: readonly number[]): Promise<void> {
    await Promise.all(partitions.map(async (each) => this.held.get(each)?.subscription?.cancel()));
  }

  /** Forgets a partition and gives back what it delivered; resolves with the source its messages came from. */
  async drop(partition: number): Promise<Source | undefined> {
    const held = this.held.get(partition);
    if (held === undefined) return undefined;
    this.held.delete(partition);
    held.source.lost = true;
    this.options.sender.forget(partitionName(partition));
    await this.abandon(held);
    return held.source;
  }

  /** Gives back at once what all of them delivered; each is reported as lost (I3). */
  letGo(reason: Error): void {
    for (const held of this.held.values()) {
      if (held.source.lost) continue;
      held.source.lost = true;
      void this.abandon(held);
      this.options.onLost(held.id, held.source, reason);
    }
  }

  /** Never rejects. */
  private async abandon({ subscription, source }: HeldPartition): Promise<void> {
    try {
      await subscription?.abandon();
    } catch (error) {
      this.options.logger.warn(
        { queue: source.queue, error: errorMessage(error) },
        'closing a channel failed',
      );
    }
  }

  private newSource(partition: number): Source {
    return { partition, queue: this.queueOf(partition), lost: false };
  }

  /** Resolves with whether it worked; if not, `onLost` has been told (I3). */
  private async subscribe(held: HeldPartition): Promise<boolean> {
    const { source, id } = held;
    const { broker, onDelivery, onLost } = this.options;
    const lost = (reason: Error): void => {
      if (source.lost) return;
      source.lost = true;
      onLost(id, source, reason);
    };
    // A call, for the compiler can't see what happens at an await.
    const isLost = (): boolean => source.lost;
    try {
      held.subscription = await broker.consume(
        source.queue,
        { prefetch: PREFETCH_FRAMES, exclusive: true },
        {
          onDelivery: (delivery) => {
            if (!source.lost) onDelivery(source, delivery);
          },
          onLost: lost,
        },
      );
      if (!isLost()) return true;
      // Let go of while it was being made: nobody would hear what comes.
      await this.abandon(held);
      return false;
    } catch (error) {
      lost(error instanceof Error ? error : new Error(String(error)));
      return false;
    }
  }

  private async sendLeftovers(fences: readonly Fence[]): Promise<void> {
    if (fences.length === 0) return;
    const { store, sender } = this.options;
    const writers = new Set(fences.map(({ partition }) => partitionName(partition)));
    const rows = await store.leftovers(fences.map(({ partition }) => partition));
    for (const writer of writers) sender.forget(writer);
    sender.send(rows, { again: true });
    // The sender keeps the order, come what may; the wait only makes it likely that they have arrived. It is bounded
    // because the embedded broker confirms a row once its readers have committed, who may wait for us.
    if (rows.length > 0) await sender.settled(LEFTOVERS_CONFIRM_MS, writers);
  }
}

import type { Clock } from '../kernel/clock.ts';
import { errorMessage } from '../kernel/errors.ts';
import { BACKLOG_MESSAGES_MAX, HEARTBEAT_MS, MEMBER_GONE_MS } from '../kernel/limits.ts';
import type { Logger } from '../kernel/logger.ts';
import type { EngineStore, Member, Pause } from './ports.ts';

/**
 * Owns: this process's presence in one service: its heartbeat, and what it knows of the other members.
 * Does not own: partitions (the worker opens and closes them).
 *
 * I1. Heartbeats go on while anything of this member may still write; `stop` makes it gone at once.
 * I2. Who can't make itself heard is told when the others take it for gone, to leave to them what they can do as well.
 */
export interface MemberAgent {
  readonly id: string;
  /** The living members as of the last heartbeat; empty before the first. */
  members(): readonly Member[];
  /** Messages waiting in the whole service, as the members last told (P23). */
  backlog(): number;
  /** More than intake may add to (P23). */
  overloaded(): boolean;
  /** Resolves after the first heartbeat that succeeded. */
  start(): Promise<void>;
  stop(): Promise<void>;
}

export interface MemberAgentOptions {
  readonly id: string;
  readonly worker: boolean;
  readonly generation: number;
  readonly store: Pick<EngineStore, 'heartbeat' | 'leave'>;
  readonly clock: Clock;
  readonly logger: Logger;
  /** This member's own share of the backlog. */
  backlog(): number;
  /** Called after every heartbeat that succeeded. */
  onBeat(members: readonly Member[], pauses: readonly Pause[]): void;
  /** Called once when no heartbeat has succeeded for so long that the others, if there are any, take it for gone. */
  onSilence?(): void;
}

export function createMemberAgent(options: MemberAgentOptions): MemberAgent {
  const { id, worker, generation, store, clock, logger } = options;
  let members: readonly Member[] = [];
  let stopped = false;
  let cancelNext: () => void = () => undefined;
  let cancelSilence: () => void = () => undefined;
  let beating: Promise<void> = Promise.resolve();

  const beat = async (): Promise<void> => {
    const askedAt = clock.now();
    try {
      const beaten = await store.heartbeat({ id, worker, generation, backlog: options.backlog() });
      members = beaten.members;
      cancelSilence();
      if (members.length > 1 && !stopped) silentFrom(askedAt + MEMBER_GONE_MS);
      if (!stopped) options.onBeat(members, beaten.pauses);
    } catch (error) {
      logger.warn({ member: id, error: errorMessage(error) }, 'heartbeat failed');
    }
  };
  const silentFrom = (time: number): void => {
    cancelSilence = clock.after(Math.max(0, time - clock.now()), () => {
      logger.warn({ member: id }, 'no heartbeat for too long; the others go on alone');
      options.onSilence?.();
    });
  };
  const schedule = (): void => {
    cancelNext = clock.after(HEARTBEAT_MS, () => {
      beating = beat().then(() => {
        if (!stopped) schedule();
      });
    });
  };
  const backlog = (): number => members.reduce((sum, member) => sum + member.backlog, 0);

  return {
    id,
    members: () => members,
    backlog,
    overloaded: () => backlog() > BACKLOG_MESSAGES_MAX,
    async start() {
      await beat();
      schedule();
    },
    async stop() {
      stopped = true;
      cancelNext();
      cancelSilence();
      await beating;
      await store.leave(id).catch((error: unknown) => {
        logger.warn(
          { member: id, error: errorMessage(error) },
          'leaving failed; others notice by the heartbeat',
        );
      });
    },
  };
}

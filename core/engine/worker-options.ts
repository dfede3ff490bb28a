import type { Clock, Random } from '../kernel/clock.ts';
import type { Logger } from '../kernel/logger.ts';
import type { Tracing } from '../kernel/tracing.ts';
import type { AnyBehaviour, RowWrite } from './behaviour.ts';
import type { VersionOf } from './compose.ts';
import type { Decision } from './decide.ts';
import type { Graveyard } from './graveyard.ts';
import type { Decoder } from './inbound.ts';
import type { Notify } from './notices.ts';
import type { OutboxSender } from './outbox-sender.ts';
import type { Broker, EngineStore, RelatedRows } from './ports.ts';

/** What a worker works with; its parts name what they take of it. */
export interface WorkerOptions {
  readonly service: string;
  readonly owner: string;
  readonly behaviours: readonly AnyBehaviour[];
  readonly store: EngineStore;
  readonly relatedRows?: RelatedRows | undefined;
  readonly broker: Broker;
  readonly sender: OutboxSender;
  readonly graveyard: Graveyard;
  readonly decoder: Decoder;
  readonly versionOf: VersionOf;
  /** Actors kept in memory; default ACTOR_CACHE_MAX. */
  readonly actorsMax?: number;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly tracing?: Tracing | undefined;
  readonly onNotice?: Notify | undefined;
  /** Rows that sum a decision up; they are committed with it. Default: none. */
  readonly summarise?: ((decision: Decision) => readonly RowWrite[]) | undefined;
  /** After each commit that landed: for live hints and metrics. */
  readonly onCommitted?: (
    decision: Decision,
    facts: { readonly messages: number; readonly commitMs: number },
  ) => void;
}

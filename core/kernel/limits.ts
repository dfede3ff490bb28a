/**
 * Every limit of the platform in one place, with its unit and its reason. What is tunable by an operator
 * is a setting (adapters/main/settings.ts); what stands here is part of how the engine works.
 */

/** Messages in one AMQP frame; a larger frame makes one slow hand-over instead of two quick ones. */
export const FRAME_MESSAGES_MAX = 256;
/** Bytes of one AMQP frame, before the broker's own split; keeps a redelivery cheap. */
export const FRAME_BYTES_MAX = 512 * 1024;
/** Frames a partition consumer may hold unacknowledged. */
export const PREFETCH_FRAMES = 64;
/** Messages decided and committed together; more would lengthen the commit past its neighbours' wait. */
export const BATCH_MESSAGES_MAX = 512;
/**
 * Under a steady trickle a worker begins its batches at this interval, for each costs its round trips however small it
 * is; after a rest the first few wait for nothing, so that what comes alone is never held up.
 */
export const BATCH_PACE = { intervalMs: 5, burst: 8 } as const;
/** From this redelivery on a frame is handled alone, message by message (P8). */
export const ALONE_FROM_REDELIVERY = 5;

/** How long a lease lasts without renewal, by the database's clock. Take-over after a crash waits for it. */
export const LEASE_MS = 3_000;
/** Renewal and heartbeat interval: three chances within a lease. */
export const HEARTBEAT_MS = 1_000;
/** A member whose heartbeat is older is gone: its partitions and its outbox rows are taken over. */
export const MEMBER_GONE_MS = 3_000;
/** How often a worker looks for outbox rows of writers that are gone. */
export const SWEEP_MS = 2_000;

/** A partition in which a newer build wrote rests this long before an older one looks whether it may go on there. */
export const NEWER_BUILD_REST_MS = 30_000;

/** How often due wake-ups are read. */
export const TIMER_POLL_MS = 200;
/** Wake-ups taken in one poll of a worker. */
export const TIMER_POLL_ROWS_MAX = 500;
/** A request without an answer is sent again after this long, then at growing intervals (P14). */
export const RESEND_AFTER_MS = 5_000;
/** Time-outs due during a pause wait this long at most for the answers that the pause held up (P20). */
export const PAUSE_GRACE_MS_MAX = 60_000;

/** Back-off while the store or the broker is down. */
export const PAUSE_BACKOFF_MS = { first: 100, max: 2_000 } as const;

/** The queue delays of the retry topology (P25); jitter picks a neighbour. */
export const RETRY_DELAYS_MS = [1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000] as const;
/** Attempts of a participant at one message before it goes to the dead letters. */
export const RETRY_ATTEMPTS_MAX = 10;

/** Ids of messages handled are kept this long; older messages go to the dead letters (P6). */
export const INBOX_DAYS = 14;
/** Actors kept in memory per worker. */
export const ACTOR_CACHE_MAX = 20_000;

/** Messages waiting in all partitions of a service above which intake is refused (P23). */
export const BACKLOG_MESSAGES_MAX = 20_000;

/** Outbox rows the broker has not confirmed above which intake is refused: it is away, or far behind (P23). */
export const UNCONFIRMED_ROWS_MAX = 5_000;

/** Idempotency keys are remembered this long. */
export const IDEMPOTENCY_HOURS = 24;
/** Lines of one order. */
export const ORDER_LINES_MAX = 100;
/** Units of one line. */
export const LINE_QUANTITY_MAX = 999;
/** Body of an HTTP request, in bytes. */
export const HTTP_BODY_BYTES_MAX = 64 * 1024;
/** Connections that may wait to be accepted: a crowd comes within milliseconds. The system may allow fewer (somaxconn). */
export const CONNECTIONS_WAITING_MAX = 4_096;

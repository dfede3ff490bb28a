/**
 * One order as it lives: the order itself and its log, kept current.
 *
 * Owns: first reading, live entries, filling gaps, polling while the live connection is down.
 * O1: an older picture of the order never replaces a newer one (by `version`, which is the `seq` of the last entry).
 * O2: the log has no gap and no entry twice: what does not follow is fetched by `seq`, again and again until it is there.
 *     The live connection begins at the older of order and log: the log, read later, may know more than the order does.
 * O3: while the socket is down the order is asked for every few seconds, and no longer once nothing can change.
 * O4: an open socket is not believed for ever: after a long silence the order is asked for, and a socket that has missed
 *     something is replaced.
 */
import { createEffect, createMemo, createSignal, on, onCleanup } from 'solid-js';
import { asApiError, call, type ApiError } from './client.ts';
import { follow, liveState, reconnect, type LiveMessage } from './live.ts';
import type { OrderUpdate, OrderView, SagaLogEntry } from './types.ts';

const POLL_MS = 3_000;
/** Before polling begins, the socket gets this long to open. */
const POLL_AFTER_MS = 1_500;
/** An open socket that brings nothing for so long is checked, where somebody looks at the page. */
const SILENCE_MS_MAX = 30_000;
/** Pages of the log read in one go. */
const LOG_PAGES_MAX = 20;

/** Nothing moves any more: polling stops. (A refund may still settle, so the payment counts too.) */
export function isOver(order: OrderView): boolean {
  const settled = order.payment.status !== 'refunding' && order.payment.status !== 'unsettled';
  return (
    settled && (order.status === 'delivered' || order.status === 'cancelled' || order.status === 'failed')
  );
}

export interface OrderFeed {
  readonly order: () => OrderView | undefined;
  readonly entries: () => readonly SagaLogEntry[];
  readonly error: () => ApiError | null;
  /** True once the log has been read. */
  readonly logRead: () => boolean;
  readonly refetch: () => void;
}

export function createOrderFeed(id: () => string): OrderFeed {
  const [order, setOrder] = createSignal<OrderView | undefined>(undefined);
  const [entries, setEntries] = createSignal<readonly SagaLogEntry[]>([]);
  const [error, setError] = createSignal<ApiError | null>(null);
  const [logRead, setLogRead] = createSignal(false);
  /** Entries count from 1. */
  const lastSeq = () => entries().at(-1)?.seq ?? 0;
  const lacksEntries = () => lastSeq() < (order()?.version ?? 0);
  let generation = 0;
  let stopFollowing: (() => void) | undefined;
  /** The generation whose log is being read. */
  let filling = 0;
  let retryTimer: ReturnType<typeof setTimeout> | undefined;

  const take = (next: OrderView) => {
    const known = order();
    if (known === undefined || known.id !== next.id || next.version >= known.version) setOrder(next);
  };
  const append = (more: readonly SagaLogEntry[]) => {
    const last = lastSeq();
    const fresh = more.filter((entry) => entry.seq > last);
    if (fresh.length > 0) setEntries([...entries(), ...fresh.sort((one, other) => one.seq - other.seq)]);
  };
  const path = (target: string) => `/api/orders/${encodeURIComponent(target)}`;
  const readLater = (target: string, turn: number, waitMs: number) => {
    clearTimeout(retryTimer);
    retryTimer = setTimeout(() => void read(target, turn), waitMs);
  };

  /** Reads the log from where it ends to the order's version (O2). */
  const fill = async (target: string, turn: number) => {
    if (filling === turn) return;
    filling = turn;
    try {
      for (let page = 0; page < LOG_PAGES_MAX; page++) {
        const answer = await call<{ readonly entries: readonly SagaLogEntry[] }>(
          'GET',
          `${path(target)}/saga-log?after=${String(lastSeq())}`,
        );
        if (turn !== generation) return;
        append(answer.entries);
        if (answer.entries.length === 0 || !lacksEntries()) break;
      }
      setLogRead(true);
      // News came while the last page was on its way, or there are more pages than one reads in one go.
      if (lacksEntries()) readLater(target, turn, POLL_MS);
    } finally {
      if (filling === turn) filling = 0;
    }
  };
  const read = async (target: string, turn: number) => {
    clearTimeout(retryTimer);
    try {
      const answer = await call<OrderView>('GET', path(target));
      if (turn !== generation) return;
      take(answer);
      await fill(target, turn);
      if (turn !== generation) return;
      setError(null);
    } catch (thrown) {
      if (turn !== generation) return;
      refused(asApiError(thrown), target, turn);
    }
    // Whichever reading is the first to find the order: the log that is lacking comes live, too.
    const found = order();
    if (found !== undefined) {
      stopFollowing ??= follow(`order:${target}`, Math.min(found.version, lastSeq()), receive(target, turn));
    }
  };
  const refused = (failure: ApiError, target: string, turn: number) => {
    setError(failure);
    if (failure.retryAt !== null) readLater(target, turn, failure.retryAt - Date.now());
    else if (lacksEntries()) readLater(target, turn, POLL_MS);
  };
  const receive = (target: string, turn: number) => (message: LiveMessage) => {
    if (turn !== generation) return;
    const data = message.data as Partial<OrderUpdate> | null;
    if (data?.order !== undefined) take(data.order);
    const entry = data?.entry;
    if (entry !== undefined && entry.seq === lastSeq() + 1) append([entry]);
    else if (lacksEntries()) {
      fill(target, turn).catch((thrown: unknown) => {
        if (turn === generation) refused(asApiError(thrown), target, turn);
      });
    }
  };

  createEffect(
    on(id, (target) => {
      const turn = ++generation;
      stopFollowing?.();
      stopFollowing = undefined;
      clearTimeout(retryTimer);
      setOrder(undefined);
      setEntries([]);
      setError(null);
      setLogRead(false);
      void read(target, turn);
    }),
  );

  const over = createMemo(() => {
    const known = order();
    return known !== undefined && isOver(known);
  });
  createEffect(() => {
    if (liveState() === 'open' || order() === undefined || over()) return;
    const target = id();
    let poll: ReturnType<typeof setInterval> | undefined;
    const start = setTimeout(() => {
      void read(target, generation);
      poll = setInterval(() => void read(target, generation), POLL_MS);
    }, POLL_AFTER_MS);
    onCleanup(() => {
      clearTimeout(start);
      clearInterval(poll);
    });
  });

  const check = async (target: string, turn: number) => {
    const known = order()?.version;
    await read(target, turn);
    if (turn === generation && liveState() === 'open' && order()?.version !== known) reconnect();
  };
  createEffect(() => {
    // Each update of the order begins the silence anew.
    if (liveState() !== 'open' || order() === undefined || over()) return;
    const target = id();
    const look = () => {
      if (document.visibilityState === 'visible') void check(target, generation);
    };
    const silence = setInterval(look, SILENCE_MS_MAX);
    document.addEventListener('visibilitychange', look);
    onCleanup(() => {
      clearInterval(silence);
      document.removeEventListener('visibilitychange', look);
    });
  });

  onCleanup(() => {
    generation++;
    clearTimeout(retryTimer);
    stopFollowing?.();
  });

  return {
    order,
    entries,
    error,
    logRead,
    refetch: () => void read(id(), generation),
  };
}

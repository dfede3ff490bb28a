/**
 * The steps of one saga, kept current.
 *
 * Owns: which steps are read, and when: the newest and those looked at first, then what is new, and in between the others.
 * Does not own: which of them is looked at.
 * F1: whatever the length of a saga, the first answer is short: its newest steps.
 * F2: what somebody looks at is read before what nobody does.
 * F3: steps never change, so nothing one reads moves or is asked for twice.
 */
import { batch, createEffect, createSignal, on, onCleanup } from 'solid-js';
import type { Outline } from '../../../core/services/sagas/ports.ts';
import { asApiError, call, withQuery, type ApiError } from '../../api/client.ts';
import { poll } from './polling.ts';
import { StepLog } from './step-log.ts';

const EVERY_MS = 1_000;
/** A saga that has been silent for long is asked for less often. */
const SILENT_MS = 60_000;
const EVERY_SILENT_MS = 2_000;
/** Steps of the first answer: more than a table shows. */
const NEWEST_STEPS = 200;
const PAGE_STEPS = 1_000;
/** Beyond so many, only what is looked at is read. */
const FILL_STEPS_MAX = 200_000;
/** Between two pages that nobody waits for. */
const FILL_EVERY_MS = 30;

export interface SagaFeed {
  /** Always the same log: the signal tells when there is more in it. */
  readonly log: () => StepLog;
  readonly state: () => string | undefined;
  /** Nobody recorded these steps: they follow from what is kept of the saga's end. */
  readonly derived: () => boolean;
  readonly loaded: () => boolean;
  readonly error: () => ApiError | null;
  readonly refetch: () => void;
  /** Somebody looks at these steps; both included. */
  readonly want: (from: number, to: number) => void;
}

export function createSagaFeed(kind: string, id: () => string, paused: () => boolean): SagaFeed {
  const [log, setLog] = createSignal(new StepLog(), { equals: false });
  const [state, setState] = createSignal<string>();
  const [derived, setDerived] = createSignal(false);
  const [loaded, setLoaded] = createSignal(false);
  const [error, setError] = createSignal<ApiError | null>(null);
  let known = new StepLog();
  /** Of the saga that is shown; aborted when another one is. */
  let looking = new AbortController();
  const reading = new Map<number, Promise<void>>();
  /** Pages read in vain, with the newest step of that moment: they have gaps that nobody can fill. */
  const gaps = new Map<number, number>();
  /** Seqs that somebody waits for, the latest wish last. */
  let wanted: number[] = [];
  let filling = false;

  const ask = async (query: Readonly<Record<string, string | number>>): Promise<Outline | undefined> => {
    const { signal } = looking;
    const path = withQuery(`/api/ops/sagas/${kind}/${encodeURIComponent(id())}/outline`, query);
    const outline = await call<Outline>('GET', path, { signal });
    if (signal.aborted) return undefined;
    const before = known.last;
    known.take(outline);
    batch(() => {
      setState(outline.state);
      setDerived(outline.derived);
      if (outline.steps.length > 0 || known.last > before) setLog(known);
    });
    return outline;
  };
  const safely = async (work: () => Promise<void>): Promise<void> => {
    const { signal } = looking;
    try {
      await work();
      if (!signal.aborted) setError(null);
    } catch (thrown) {
      if (!signal.aborted) setError(asApiError(thrown));
    }
  };
  /** The newest at first, then whatever came since. */
  const readOn = () =>
    safely(async () => {
      if (!loaded()) {
        if ((await ask({ newest: 1, limit: NEWEST_STEPS })) !== undefined) setLoaded(true);
      } else {
        for (let next: number | null = known.last; next !== null;) {
          next = (await ask({ after: next }))?.next ?? null;
        }
      }
      void fill();
    });
  const readPage = (seq: number): Promise<void> => {
    const page = pageOf(seq);
    const under = reading.get(page);
    if (under !== undefined) return under;
    const { signal } = looking;
    const work = safely(async () => {
      await ask({ after: page * PAGE_STEPS, limit: PAGE_STEPS });
    }).finally(() => {
      if (!signal.aborted) reading.delete(page);
    });
    reading.set(page, work);
    return work;
  };
  /** The newest step that is not read and could be; 0: there is none. */
  const unread = (): number => {
    if (known.last > FILL_STEPS_MAX) return 0;
    let seq = known.missingUpTo(known.last);
    while (seq > 0 && gaps.get(pageOf(seq)) === known.last) {
      seq = known.missingUpTo(pageOf(seq) * PAGE_STEPS);
    }
    return seq;
  };
  /** F2: one page after the other, as long as any is missing. */
  const fill = async () => {
    if (filling) return;
    filling = true;
    const { signal } = looking;
    while (!signal.aborted && error() === null) {
      const waitedFor = wanted.pop();
      if (waitedFor !== undefined) {
        if (!known.has(waitedFor, waitedFor)) await readPage(waitedFor);
        continue;
      }
      const missing = unread();
      if (missing === 0) break;
      await readPage(missing);
      if (!known.has(missing, missing)) gaps.set(pageOf(missing), known.last);
      await new Promise((resolve) => setTimeout(resolve, FILL_EVERY_MS));
    }
    if (!signal.aborted) filling = false;
  };

  createEffect(
    on(id, () => {
      looking.abort();
      looking = new AbortController();
      known = new StepLog();
      reading.clear();
      gaps.clear();
      wanted = [];
      filling = false;
      batch(() => {
        setLog(known);
        setState(undefined);
        setDerived(false);
        setLoaded(false);
        setError(null);
      });
      void readOn();
    }),
  );
  const silent = () => Date.now() - (known.step(known.last)?.atMs ?? 0) > SILENT_MS;
  poll(
    readOn,
    () => (silent() ? EVERY_SILENT_MS : EVERY_MS),
    () => loaded() && !paused(),
  );
  onCleanup(() => looking.abort());
  return {
    log,
    state,
    derived,
    loaded,
    error,
    refetch: () => void readOn(),
    want(from, to) {
      const end = known.last === 0 ? to : Math.min(to, known.last);
      if (end < 1 || (known.last > 0 && known.has(from, end))) return;
      wanted = [...wanted.slice(-4), Math.max(1, from), end];
      if (loaded()) void fill();
    },
  };
}

function pageOf(seq: number): number {
  return Math.floor((seq - 1) / PAGE_STEPS);
}

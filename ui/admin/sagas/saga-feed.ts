/**
 * The steps of one saga, kept current.
 *
 * Owns: reading them page by page, and what is new since. Does not own: which of them is looked at.
 * F1: steps are in the order of their seq, without a gap or one twice: what is read is what comes after the last.
 * F2: steps are only ever added at the end, so nothing one reads moves.
 */
import { batch, createEffect, createSignal, on, onCleanup } from 'solid-js';
import type { Outline } from '../../../core/services/sagas/ports.ts';
import { asApiError, call, type ApiError } from '../../api/client.ts';
import { poll } from './polling.ts';

const EVERY_MS = 1_000;
/** A saga that has been silent for long is asked for less often. */
const SILENT_MS = 60_000;
const EVERY_SILENT_MS = 2_000;

export type Move = Outline['moves'][number];

export interface Step {
  readonly seq: number;
  readonly atMs: number;
  readonly move: Move;
}

export interface SagaFeed {
  /** Oldest first; the array is the same and grows, the signal tells when. */
  readonly steps: () => readonly Step[];
  readonly state: () => string | undefined;
  readonly loaded: () => boolean;
  readonly error: () => ApiError | null;
  readonly refetch: () => void;
}

export function createSagaFeed(kind: string, id: () => string, paused: () => boolean): SagaFeed {
  const [steps, setSteps] = createSignal<readonly Step[]>([], { equals: false });
  const [state, setState] = createSignal<string>();
  const [loaded, setLoaded] = createSignal(false);
  const [error, setError] = createSignal<ApiError | null>(null);
  let known: Step[] = [];
  let running: AbortController | undefined;

  const read = async () => {
    running?.abort();
    const controller = (running = new AbortController());
    const { signal } = controller;
    try {
      let next: number | null = known.at(-1)?.seq ?? 0;
      while (next !== null) {
        const path = `/api/ops/sagas/${kind}/${encodeURIComponent(id())}/outline?after=${String(next)}`;
        const outline: Outline = await call<Outline>('GET', path, { signal });
        if (signal.aborted) return;
        take(outline);
        next = outline.next;
      }
      batch(() => {
        setLoaded(true);
        setError(null);
      });
    } catch (thrown) {
      if (!signal.aborted) setError(asApiError(thrown));
    }
  };
  const take = ({ steps: rows, moves, state: now }: Outline) =>
    batch(() => {
      for (const [seq, index, atMs] of rows) {
        const move = moves[index];
        if (move !== undefined) known.push({ seq, atMs, move });
      }
      setState(now);
      if (rows.length > 0) setSteps(known);
    });

  createEffect(
    on(id, () => {
      known = [];
      batch(() => {
        setSteps(known);
        setState(undefined);
        setLoaded(false);
        setError(null);
      });
      void read();
    }),
  );
  const silent = () => Date.now() - (known.at(-1)?.atMs ?? 0) > SILENT_MS;
  poll(
    read,
    () => (silent() ? EVERY_SILENT_MS : EVERY_MS),
    () => loaded() && !paused(),
  );
  onCleanup(() => running?.abort());
  return { steps, state, loaded, error, refetch: () => void read() };
}

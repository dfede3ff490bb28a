/**
 * One's place in the waiting line of a flash sale, kept current.
 *
 * Owns: joining and leaving, live places, asking while the live connection is down.
 * N1: the token of the last place goes along with every question, so that nobody is moved back.
 * N2: while the socket is down the line is asked when it said to be asked, not more often.
 */
import { createEffect, createSignal, on, onCleanup } from 'solid-js';
import { asApiError, call, type ApiError } from './client.ts';
import { follow, liveState } from './live.ts';
import type { LinePlace } from './types.ts';

/** Before asking begins, the socket gets this long to open. */
const ASK_AFTER_MS = 1_500;

export interface LineFeed {
  /** undefined: not known yet; null: no place. */
  readonly place: () => LinePlace | null | undefined;
  readonly error: () => ApiError | null;
  readonly busy: () => boolean;
  readonly join: () => Promise<void>;
  readonly leave: () => Promise<void>;
}

/** `saleId` undefined: nothing to follow (a guest, or no sale). */
export function createLineFeed(saleId: () => string | undefined): LineFeed {
  const [place, setPlace] = createSignal<LinePlace | null | undefined>(undefined);
  const [error, setError] = createSignal<ApiError | null>(null);
  const [busy, setBusy] = createSignal(false);
  const path = (id: string) => `/api/flash-sales/${encodeURIComponent(id)}/line`;
  const withToken = () => {
    const token = place()?.token;
    return token === undefined ? {} : { headers: { 'queue-token': token } };
  };
  const ask = async (id: string) => {
    try {
      const answer = await call<LinePlace>('GET', path(id), withToken());
      if (saleId() === id) setPlace(answer);
      setError(null);
    } catch (thrown) {
      if (saleId() !== id) return;
      const failure = asApiError(thrown);
      if (failure.code === 'no_place') setPlace(null);
      else setError(failure);
    }
  };
  const change = async (method: 'POST' | 'DELETE') => {
    const id = saleId();
    if (id === undefined || busy()) return;
    setBusy(true);
    try {
      const answer = await call<LinePlace | undefined>(method, path(id), withToken());
      setPlace(answer ?? null);
      setError(null);
    } catch (thrown) {
      setError(asApiError(thrown));
    }
    setBusy(false);
  };

  createEffect(
    on(saleId, (id) => {
      setPlace(undefined);
      setError(null);
      if (id === undefined) return;
      onCleanup(
        follow(`queue:${id}`, undefined, ({ type, data }) => {
          if (type === 'line.place') setPlace(data as LinePlace | null);
        }),
      );
    }),
  );
  createEffect(() => {
    const id = saleId();
    if (id === undefined || liveState() === 'open') return;
    const pollAfter = place()?.pollAfter;
    const wait = pollAfter === undefined ? ASK_AFTER_MS : Date.parse(pollAfter) - Date.now();
    const timer = setTimeout(() => void ask(id), Math.max(ASK_AFTER_MS, wait));
    onCleanup(() => clearTimeout(timer));
  });

  return {
    place,
    error,
    busy,
    join: () => change('POST'),
    leave: () => change('DELETE'),
  };
}

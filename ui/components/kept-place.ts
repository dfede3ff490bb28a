/**
 * Where a list was when one left it for one of its entries, so that going back finds it as it was.
 *
 * The entry of the browser's history carries a name, and what was shown is kept under it in memory: a new visit of
 * the same address starts afresh, a step back does not.
 */
const PLACES_MAX = 10;

export interface Place<Shown> {
  readonly shown: Shown;
  readonly scrollY: number;
}

export interface Places<Shown> {
  /** To be called while the list's address is still the current one. `list` tells whose it is and what it shows. */
  readonly keep: (list: string, shown: Shown) => void;
  /** What was kept for this entry of the history, if it was this list. */
  readonly kept: (list: string) => Place<Shown> | undefined;
}

function entryState(): Readonly<Record<string, unknown>> {
  const state: unknown = window.history.state;
  return typeof state === 'object' && state !== null ? { ...state } : {};
}

/** The places of one kind of list; for the life of the tab. */
export function createPlaces<Shown>(): Places<Shown> {
  const places = new Map<string, Place<Shown> & { readonly list: string }>();
  return {
    keep(list, shown) {
      const name = `${String(Date.now())}-${String(Math.random())}`;
      window.history.replaceState({ ...entryState(), place: name }, '');
      places.set(name, { list, shown, scrollY: window.scrollY });
      for (const oldest of places.keys()) {
        if (places.size <= PLACES_MAX) break;
        places.delete(oldest);
      }
    },
    kept(list) {
      const name = entryState()['place'];
      const place = typeof name === 'string' ? places.get(name) : undefined;
      return place?.list === list ? place : undefined;
    },
  };
}

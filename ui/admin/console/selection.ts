import { createSignal } from 'solid-js';
import { confirmBriefly } from '../../components/announcer.tsx';
import { consoleTexts } from '../texts/console.ts';

/** As many as the API takes one by one. */
const IDS_MAX = 100;

/** Which orders an action is for: some, one by one, or all that match the filter, seen or not. */
export interface Selection {
  readonly ids: () => ReadonlySet<string>;
  readonly all: () => boolean;
  readonly has: (id: string) => boolean;
  readonly toggle: (id: string) => void;
  readonly selectAll: () => void;
  readonly clear: () => void;
}

export function createSelection(): Selection {
  const [ids, setIds] = createSignal<ReadonlySet<string>>(new Set());
  const [all, setAll] = createSignal(false);
  const clear = () => {
    setAll(false);
    setIds(new Set<string>());
  };
  return {
    ids,
    all,
    has: (id) => all() || ids().has(id),
    toggle: (id) => {
      // One order less than all of them is no filter: then one picks anew.
      if (all()) clear();
      const next = new Set(ids());
      if (!next.delete(id)) next.add(id);
      if (next.size > IDS_MAX) confirmBriefly(consoleTexts.selection.tooMany(IDS_MAX));
      else setIds(next);
    },
    selectAll: () => {
      setIds(new Set<string>());
      setAll(true);
    },
    clear,
  };
}

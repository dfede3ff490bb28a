import type { JSX } from 'solid-js';
import { ListSearch } from '../../components/filters.tsx';

/** What narrows a list of the office: words, and choices beside them. */
export function ListTools(props: {
  readonly search: string;
  readonly hint: string;
  readonly words: string | undefined;
  readonly onWords: (words: string | undefined) => void;
  readonly children: JSX.Element;
}): JSX.Element {
  return (
    <div class="office-tools">
      <ListSearch
        label={props.search}
        hint={props.hint}
        value={props.words ?? ''}
        onChange={(words) => props.onWords(words === '' ? undefined : words)}
      />
      {props.children}
    </div>
  );
}

import { useLocation, useNavigate } from '@solidjs/router';
import Search from 'lucide-solid/icons/search';
import X from 'lucide-solid/icons/x';
import { createEffect, createSignal, on, Show, type JSX } from 'solid-js';
import { withQuery } from '../api/client.ts';
import { createDebounced } from './debounce.ts';
import { texts } from '../texts.ts';

const CATALOGUE = '/products';

/** Search from anywhere; the catalogue shows the results. */
export function SearchBox(): JSX.Element {
  const location = useLocation();
  const navigate = useNavigate();
  const inAddress = () => {
    const query = location.pathname === CATALOGUE ? location.query['q'] : undefined;
    return typeof query === 'string' ? query : '';
  };
  // A search begins in the whole shop; what narrows it then stays while its words change.
  const addressOf = (words: string) => {
    const { page: _page, ...kept } = inAddress() === '' ? {} : (location.query as Record<string, string>);
    return withQuery(CATALOGUE, { ...kept, q: words });
  };
  const [text, setText] = createSignal(inAddress());
  let input: HTMLInputElement | undefined;
  // What comes from elsewhere replaces the text, unless it is what was just typed.
  createEffect(
    on(inAddress, (query) => {
      if (query !== text().trim()) setText(query);
    }),
  );
  const search = createDebounced((words: string) => {
    const query = words.trim();
    if (query === inAddress()) return;
    // The first letter makes a step in the history, those after it belong to that step.
    navigate(addressOf(query), { replace: inAddress() !== '', scroll: false });
  });
  return (
    <form
      class="search"
      role="search"
      onSubmit={(event) => {
        event.preventDefault();
        if (location.pathname === CATALOGUE) search.now(text());
        else navigate(addressOf(text().trim()));
      }}
    >
      <Search class="lead" size={17} aria-hidden="true" />
      <input
        ref={(element) => (input = element)}
        type="search"
        name="q"
        maxLength={200}
        aria-label={texts.catalogue.search}
        placeholder={texts.catalogue.searchHint}
        value={text()}
        onInput={(event) => {
          setText(event.currentTarget.value);
          // Elsewhere a page is not taken away from under somebody who only began to type.
          if (location.pathname === CATALOGUE) search.later(event.currentTarget.value);
        }}
      />
      <Show when={text() !== ''}>
        <button
          type="button"
          class="icon-button"
          aria-label={texts.catalogue.clearSearch}
          onClick={() => {
            setText('');
            if (inAddress() !== '') search.now('');
            input?.focus();
          }}
        >
          <X size={16} aria-hidden="true" />
        </button>
      </Show>
    </form>
  );
}

import { For, Show, type JSX } from 'solid-js';
import { withQuery } from '../api/client.ts';
import type { Category } from '../api/types.ts';
import { texts } from '../texts.ts';
import { CATALOGUE, wordsIn, type CatalogueQuery } from './catalogue-filters.tsx';

/** The categories beside the list. Within a search they narrow it; else each is a list of its own. */
export function CategoryList(props: {
  readonly categories: readonly Category[] | undefined;
  readonly query: CatalogueQuery;
}): JSX.Element {
  const searching = () => wordsIn(props.query) !== '';
  const hrefOf = (category: string | undefined) =>
    withQuery(CATALOGUE, searching() ? { ...props.query, page: undefined, category } : { category });
  return (
    <nav class="categories" aria-labelledby="categories-title">
      <h2 id="categories-title">{texts.catalogue.categories}</h2>
      <ul>
        <li>
          <a href={hrefOf(undefined)} aria-current={props.query.category === undefined ? 'page' : undefined}>
            {texts.catalogue.everything}
          </a>
        </li>
        <Show
          when={props.categories}
          fallback={
            <For each={Array.from({ length: 8 })}>
              {() => (
                <li class="pad">
                  <span class="skeleton line" />
                </li>
              )}
            </For>
          }
        >
          {(categories) => (
            <For each={categories()}>
              {(one) => (
                <li>
                  <a
                    href={hrefOf(one.id)}
                    aria-current={props.query.category === one.id ? 'page' : undefined}
                  >
                    <span>{one.name}</span>
                    {/* How many of them a search finds is not known. */}
                    <Show when={!searching()}>
                      <span class="faint figure">{one.products}</span>
                    </Show>
                  </a>
                </li>
              )}
            </For>
          )}
        </Show>
      </ul>
    </nav>
  );
}

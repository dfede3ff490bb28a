import { Show, type JSX } from 'solid-js';
import type { SearchMeaning } from '../../../core/services/catalog/embeddings.ts';
import { createRemote } from '../../api/remote.ts';
import { keepFresh } from '../system/keep-fresh.ts';
import { modelTexts as words } from '../texts/models.ts';
import { Pair } from './demand-section.tsx';

const EVERY_MS = 10_000;

/** How far the language model's vectors of products have come; nothing where none is used. */
export function SearchMeaningCard(): JSX.Element {
  const told = createRemote<{ readonly meaning: SearchMeaning | null }>(
    () => '/api/admin/models/search/meaning',
    { keep: true },
  );
  keepFresh(told.refetch, EVERY_MS);
  return (
    <Show when={told.data()?.meaning}>
      {(meaning) => (
        <section class="card model" aria-labelledby="model-search-meaning" data-testid="search-meaning">
          <h2 id="model-search-meaning">{words.meaning.title}</h2>
          <p>{words.meaning.under}</p>
          <dl class="pairs">
            <Pair name={words.meaning.model} value={meaning().model} />
            <Pair
              name={words.meaning.products}
              value={words.meaning.embedded(meaning().embedded, meaning().products)}
            />
            <Pair
              name={words.meaning.answers}
              value={words.meaning.answered[String(meaning().answers) as 'true' | 'false' | 'null']}
            />
          </dl>
        </section>
      )}
    </Show>
  );
}

import { For, Show, type JSX } from 'solid-js';
import type { ExposureOutcome } from '../../../core/services/intelligence/exposures.ts';
import { createRemote } from '../../api/remote.ts';
import { modelTexts as words } from '../texts/models.ts';
import { percent } from './measures.ts';

/** What shoppers ordered of what they were shown: as ranked, and drawn for comparison. */
export function Outcomes(): JSX.Element {
  const outcomes = createRemote<{ readonly items: readonly ExposureOutcome[] }>(
    () => '/api/admin/models/recommendations/outcomes',
  );
  const columns = words.outcomeColumns;
  return (
    <section class="card model" aria-labelledby="model-outcomes">
      <h2 id="model-outcomes">{words.outcomes}</h2>
      <p class="faint">{words.outcomesUnder}</p>
      <Show
        when={(outcomes.data()?.items.length ?? 0) > 0}
        fallback={
          <Show when={outcomes.data()}>
            <p class="faint">{words.noOutcomes}</p>
          </Show>
        }
      >
        <div class="table-frame" tabIndex={0} role="region" aria-label={words.outcomes}>
          <table class="table" data-testid="outcomes">
            <thead>
              <tr>
                <th scope="col">{columns.where}</th>
                <th scope="col">{columns.how}</th>
                <th scope="col" class="amount">
                  {columns.shown}
                </th>
                <th scope="col" class="amount">
                  {columns.ordered}
                </th>
                <th scope="col" class="amount">
                  {columns.share}
                </th>
              </tr>
            </thead>
            <tbody>
              <For each={outcomes.data()?.items}>
                {(outcome) => (
                  <tr>
                    <td>{words.surfaces[outcome.surface]}</td>
                    <td>{outcome.explored ? words.how.explored : words.how.ranked}</td>
                    <td class="amount figure">{outcome.shown.toLocaleString('en')}</td>
                    <td class="amount figure">{outcome.ordered.toLocaleString('en')}</td>
                    <td class="amount figure">{percent(outcome.ordered / Math.max(1, outcome.shown))}</td>
                  </tr>
                )}
              </For>
            </tbody>
          </table>
        </div>
      </Show>
    </section>
  );
}

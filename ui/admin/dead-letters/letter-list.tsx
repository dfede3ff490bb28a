/** Letters one by one, of a cause or of all, narrowed by state. */
import { useSearchParams } from '@solidjs/router';
import { createEffect, For, on, type JSX } from 'solid-js';
import type { LetterState, LetterSummary } from '../../../core/services/dead-letters/ports.ts';
import { withQuery } from '../../api/client.ts';
import { createCursorList } from '../../components/cursor-list.ts';
import { Empty } from '../../components/empty.tsx';
import { Moment } from '../../components/moment.tsx';
import { ListFrame } from '../list-frame.tsx';
import { letterTexts as words } from '../texts/dead-letters.ts';
import { LetterStateBadge } from './letter-state.tsx';

const PAGE_LETTERS = 50;
const STATES = Object.keys(words.states) as readonly LetterState[];

export function LetterList(props: {
  readonly group: string | undefined;
  readonly version: number;
}): JSX.Element {
  const [query, setQuery] = useSearchParams<{ state?: string }>();
  const state = () => STATES.find((each) => each === query.state);
  const letters = createCursorList<LetterSummary>(
    (cursor) =>
      withQuery('/api/ops/dead-letters', {
        group: props.group,
        state: state(),
        limit: PAGE_LETTERS,
        cursor: cursor ?? undefined,
      }),
    { keep: true },
  );
  createEffect(on(() => props.version, letters.restart, { defer: true }));
  return (
    <>
      <div class="letter-tools">
        <label class="inline-field">
          {words.state}
          <select
            class="select small"
            onChange={(event) => setQuery({ state: event.currentTarget.value || undefined })}
          >
            <option value="" selected={state() === undefined}>
              {words.allStates}
            </option>
            <For each={STATES}>
              {(each) => (
                <option value={each} selected={state() === each}>
                  {words.states[each]}
                </option>
              )}
            </For>
          </select>
        </label>
      </div>
      <ListFrame list={letters} empty={<Empty title={words.noneTitle} body={words.none} />}>
        {(items) => <LetterTable items={items()} />}
      </ListFrame>
    </>
  );
}

function LetterTable(props: { readonly items: readonly LetterSummary[] }): JSX.Element {
  const { columns } = words;
  return (
    <div class="table-frame" tabIndex={0} role="region" aria-label={words.title}>
      <table class="table" data-testid="letters">
        <thead>
          <tr>
            <th scope="col">{columns.died}</th>
            <th scope="col">{columns.type}</th>
            <th scope="col">{columns.state}</th>
            <th scope="col">{columns.queue}</th>
            <th scope="col">{columns.reason}</th>
          </tr>
        </thead>
        <tbody>
          <For each={props.items}>
            {(letter) => (
              <tr>
                <td>
                  <Moment at={letter.diedAt} as="dayAndTime" />
                </td>
                <td>
                  <a class="mono" href={`/admin/dead-letters/${encodeURIComponent(letter.id)}`}>
                    {letter.type ?? words.noType}
                  </a>
                </td>
                <td>
                  <LetterStateBadge state={letter.state} />
                </td>
                <td class="mono">{letter.queue}</td>
                <td class="letter-reason" title={letter.reason}>
                  <span class="mono">{letter.code}</span>{' '}
                  <span class="faint">{letter.change?.refusal ?? letter.reason}</span>
                </td>
              </tr>
            )}
          </For>
        </tbody>
      </table>
    </div>
  );
}

/** One question with its answer: text, table, links, which tools were asked, and the proposal that waits for a word. */
import { For, Match, Show, Switch, type JSX } from 'solid-js';
import type { Answer } from '../../../core/services/assistant/ports.ts';
import { Problem } from '../../components/problem.tsx';
import { assistantTexts as words } from '../texts/assistant.ts';
import { confirm, decline, type Exchange } from './conversation.ts';

export function ExchangeView(props: {
  readonly of: Exchange;
  /** A link was followed. */
  readonly onLeave: () => void;
}): JSX.Element {
  return (
    <li class="exchange">
      <p class="asked">{props.of.question}</p>
      <Show when={props.of.error} keyed>
        {(error) => <Problem error={error} />}
      </Show>
      <Show
        when={props.of.answer}
        fallback={<Show when={props.of.error === null}>{<p class="faint">{words.waiting}</p>}</Show>}
        keyed
      >
        {(answer) => (
          <>
            <p class="answered" data-testid="answer">
              {answer.answer}
            </p>
            <Show when={answer.note}>{(note) => <p class="faint">{note()}</p>}</Show>
            <Show when={answer.table} keyed>
              {(table) => <AnswerTable of={table} />}
            </Show>
            <Show when={answer.proposal !== null}>
              <Proposal of={props.of} />
            </Show>
            <Show when={answer.links.length > 0}>
              <ul class="answer-links" aria-label={words.links}>
                <For each={answer.links}>
                  {({ label, href }) => (
                    <li>
                      <a href={href} onClick={() => props.onLeave()}>
                        {label}
                      </a>
                    </li>
                  )}
                </For>
              </ul>
            </Show>
            <Tools of={answer} />
          </>
        )}
      </Show>
    </li>
  );
}

function AnswerTable(props: { readonly of: NonNullable<Answer['table']> }): JSX.Element {
  return (
    // It scrolls by itself where it is wider than the panel, with the keyboard as well.
    <div class="answer-table" tabIndex={0} role="group" aria-label={props.of.columns.join(', ')}>
      <table>
        <thead>
          <tr>
            <For each={props.of.columns}>
              {(column) => (
                <Show when={column !== ''} fallback={<td />}>
                  <th scope="col">{column}</th>
                </Show>
              )}
            </For>
          </tr>
        </thead>
        <tbody>
          <For each={props.of.rows}>
            {(row) => (
              <tr>
                <For each={row}>{(cell) => <td>{cell}</td>}</For>
              </tr>
            )}
          </For>
        </tbody>
      </table>
    </div>
  );
}

function Proposal(props: { readonly of: Exchange }): JSX.Element {
  const outcome = () => props.of.outcome;
  const refused = () => {
    const now = outcome();
    return now.state === 'refused' ? now.error : undefined;
  };
  const done = () => {
    const now = outcome();
    return now.state === 'done' ? now.what : undefined;
  };
  return (
    <div role="status" data-testid="proposal" data-state={outcome().state}>
      <Switch>
        <Match when={outcome().state === 'open' || outcome().state === 'busy'}>
          <div class="proposal-actions">
            <button
              type="button"
              class="button primary"
              disabled={outcome().state === 'busy'}
              onClick={() => void confirm(props.of)}
            >
              {words.confirm}
            </button>
            <button type="button" class="button" onClick={() => decline(props.of)}>
              {words.decline}
            </button>
          </div>
        </Match>
        <Match when={done()}>{(what) => <p class="proposal-done">{words.done(what())}</p>}</Match>
        <Match when={outcome().state === 'declined'}>
          <p class="faint">{words.declined}</p>
        </Match>
        <Match when={refused()} keyed>
          {(error) => <Problem error={error} />}
        </Match>
      </Switch>
    </div>
  );
}

function Tools(props: { readonly of: Answer }): JSX.Element {
  return (
    <Show when={props.of.tools.length > 0} fallback={<p class="faint answer-by">{words.by[props.of.by]}</p>}>
      <details class="answer-tools">
        <summary>{words.tools(props.of.tools.length)}</summary>
        <ul>
          <For each={props.of.tools}>
            {(tool) => (
              <li>
                <code>
                  {tool.name}({argumentsOf(tool.arguments)})
                </code>
              </li>
            )}
          </For>
        </ul>
        <p class="faint">{words.by[props.of.by]}</p>
      </details>
    </Show>
  );
}

function argumentsOf(given: Readonly<Record<string, unknown>>): string {
  return Object.entries(given)
    .map(([name, value]) => `${name}: ${JSON.stringify(value)}`)
    .join(', ');
}

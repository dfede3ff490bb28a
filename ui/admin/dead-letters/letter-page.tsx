/** One dead letter: what happened to it, its message to mend, and the way back to its queue. */
import { useParams } from '@solidjs/router';
import { For, onCleanup, Show, type JSX } from 'solid-js';
import type { LetterDetail } from '../../../core/services/dead-letters/desk.ts';
import { createRemote } from '../../api/remote.ts';
import { Moment } from '../../components/moment.tsx';
import { PageHead } from '../../components/page.tsx';
import { Problem } from '../../components/problem.tsx';
import { ListSkeleton } from '../../shop/orders-page.tsx';
import { letterTexts } from '../texts/dead-letters.ts';
import './dead-letters.css';
import { LetterStateBadge } from './letter-state.tsx';
import { messageText } from './message-text.ts';
import { MendForm } from './mend-form.tsx';

const LOOK_MS = 700;
const { letter: words } = letterTexts;

export default function LetterPage(): JSX.Element {
  const params = useParams<{ id: string }>();
  const letter = createRemote<LetterDetail>(() => `/api/ops/dead-letters/${encodeURIComponent(params.id)}`, {
    keep: true,
  });
  const timer = setInterval(() => {
    if (letter.data()?.state === 'replaying' && !document.hidden) letter.refetch();
  }, LOOK_MS);
  onCleanup(() => clearInterval(timer));
  return (
    <>
      <PageHead
        title={words.title(letter.data()?.type ?? letterTexts.noType)}
        under={
          <p>
            <a
              href={`/admin/dead-letters${letter.data() === undefined ? '' : `?group=${letter.data()?.group ?? ''}`}`}
            >
              {letterTexts.back}
            </a>
          </p>
        }
      />
      <Show when={letter.error()} keyed>
        {(error) => <Problem error={error} retry={letter.refetch} />}
      </Show>
      <Show
        when={letter.data()}
        fallback={
          <Show when={letter.error() === null}>
            <ListSkeleton />
          </Show>
        }
      >
        {(here) => (
          <div class="dead-letter">
            <div class="letter-main">
              <Facts letter={here()} />
              <Show when={here().state === 'waiting'} fallback={<Sent letter={here()} />}>
                <MendForm letter={here()} onDone={letter.refetch} />
              </Show>
            </div>
            <div class="letter-beside">
              <Json title={words.headers} value={here().headers} />
              <Show when={here().stack}>
                {(stack) => (
                  <section>
                    <h2>{words.stack}</h2>
                    <pre class="letter-text" tabIndex={0}>
                      {stack()}
                    </pre>
                  </section>
                )}
              </Show>
            </div>
          </div>
        )}
      </Show>
    </>
  );
}

/** What it was, and what went to the queue in its place. */
function Sent(props: { readonly letter: LetterDetail }): JSX.Element {
  return (
    <>
      <Show when={props.letter.mended !== undefined}>
        <Json title={words.asSent} value={props.letter.mended} />
      </Show>
      <Json
        title={props.letter.mended === undefined ? words.message : words.original}
        value={props.letter.message}
      />
    </>
  );
}

function Json(props: { readonly title: string; readonly value: unknown }): JSX.Element {
  return (
    <section>
      <h2>{props.title}</h2>
      <pre class="letter-text" tabIndex={0}>
        {messageText(props.value)}
      </pre>
    </section>
  );
}

function Facts(props: { readonly letter: LetterDetail }): JSX.Element {
  const { labels } = words;
  const rows = (): readonly (readonly [string, JSX.Element])[] => {
    const { code, queue, attempts, diedAt, messageId, correlationId, state, change } = props.letter;
    return [
      [labels.state, <LetterStateBadge state={state} />],
      [labels.code, <span class="mono">{code}</span>],
      [labels.queue, <span class="mono">{queue}</span>],
      [labels.attempts, String(attempts)],
      [labels.died, <Moment at={diedAt} as="dayAndTime" />],
      ...(messageId === null ? [] : [[labels.messageId, <span class="mono">{messageId}</span>] as const]),
      ...(correlationId === null
        ? []
        : [
            [
              labels.order,
              <a class="mono" href={`/orders/${encodeURIComponent(correlationId)}`}>
                {correlationId}
              </a>,
            ] as const,
          ]),
      ...(change === undefined
        ? []
        : ([
            [labels.decided, <Moment at={change.at} as="dayAndTime" />],
            ...(change.reason === '' ? [] : [[labels.why, change.reason] as const]),
            ...(change.refusal === undefined ? [] : [[labels.refusal, change.refusal] as const]),
          ] as const)),
    ];
  };
  return (
    <section aria-labelledby="letter-facts">
      <h2 id="letter-facts">{words.facts}</h2>
      <p class="letter-cause">{props.letter.reason}</p>
      <dl class="letter-facts" data-testid="letter-facts">
        <For each={rows()}>
          {([label, value]) => (
            <div>
              <dt>{label}</dt>
              <dd>{value}</dd>
            </div>
          )}
        </For>
      </dl>
    </section>
  );
}

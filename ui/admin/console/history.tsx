/** What happened to an order, what was decided about it and what its customer was told: one story, the newest first. */
import { createMemo, For, Show, type JSX } from 'solid-js';
import { Moment } from '../../components/moment.tsx';
import { consoleTexts } from '../texts/console.ts';
import type { Dossier } from './types.ts';

interface Event {
  readonly at: string;
  readonly what: string;
  readonly detail: string;
  readonly kind: 'step' | 'person' | 'letter';
}

export function History(props: { readonly dossier: Dossier }): JSX.Element {
  const events = createMemo(() => eventsOf(props.dossier));
  return (
    <ol class="history" data-testid="history">
      <For each={events()}>
        {(event) => (
          <li class={event.kind}>
            <Moment at={event.at} as="dayAndTime" />
            <div>
              <span classList={{ mono: event.kind === 'step' }}>{event.what}</span>
              <Show when={event.detail !== ''}>
                <span class="faint"> {event.detail}</span>
              </Show>
            </div>
          </li>
        )}
      </For>
    </ol>
  );
}

function eventsOf({ log, letters, audit, jobs }: Dossier): readonly Event[] {
  const words = consoleTexts.panel;
  const events: Event[] = [
    ...log.map(({ at, type, from, to }): Event => ({
      at,
      what: type,
      detail: from === to || from === '' ? to : `${from} → ${to}`,
      kind: 'step',
    })),
    ...letters.map(({ createdAt, subject, text }): Event => ({
      at: createdAt,
      what: words.letter(subject),
      detail: text.length > 160 ? `${text.slice(0, 160)}…` : text,
      kind: 'letter',
    })),
    ...audit.map(({ at, action, reason, by }): Event => ({
      at,
      what: words.decision(action),
      detail: [reason ?? '', by.slice(-8)].filter((part) => part !== '').join(' · '),
      kind: 'person',
    })),
    ...jobs.flatMap(({ at, action, outcome, reason, message, createdBy }): Event[] =>
      at === null
        ? []
        : [
            {
              at,
              what: words.job(
                consoleTexts.actions[action].toLowerCase(),
                consoleTexts.jobs.outcomes[outcome],
              ),
              detail: [message ?? '', reason ?? '', createdBy.email]
                .filter((part) => part !== '')
                .join(' · '),
              kind: 'person',
            },
          ],
    ),
  ];
  return events.sort((one, other) => (one.at < other.at ? 1 : -1));
}

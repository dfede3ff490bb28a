/** The assistant: a button in the head of every page of the control room, and the panel that it opens. */
import MessageCircleQuestionMark from 'lucide-solid/icons/message-circle-question-mark';
import { createEffect, createSignal, For, on, onMount, Show, type JSX } from 'solid-js';
import { Portal } from 'solid-js/web';
import { user } from '../../api/session.ts';
import { Dialog } from '../../components/dialog.tsx';
import { useShortcuts } from '../console/shortcuts.tsx';
import { assistantTexts as words } from '../texts/assistant.ts';
import { ExchangeView } from './answer.tsx';
import { ask, conversationOf, exchanges, isAsking } from './conversation.ts';
import './assistant.css';

const QUESTION_CHARACTERS_MAX = 500;
const INPUT_ID = 'assistant-question';

export function Assistant(): JSX.Element {
  const [open, setOpen] = createSignal(false);
  const [place, setPlace] = createSignal<HTMLElement | null>(null);
  onMount(() => setPlace(document.getElementById('head-tools')));
  useShortcuts({ q: () => setOpen(true) });
  createEffect(on(() => user()?.id, conversationOf));
  return (
    <>
      <Show when={place()} keyed>
        {(mount) => (
          <Portal mount={mount}>
            <button
              type="button"
              class="icon-button"
              aria-label={words.open}
              aria-keyshortcuts={words.shortcut}
              title={`${words.open} (${words.shortcut})`}
              onClick={() => setOpen(true)}
            >
              <MessageCircleQuestionMark size={19} strokeWidth={1.75} aria-hidden="true" />
            </button>
          </Portal>
        )}
      </Show>
      <Show when={open()}>
        <Panel onClose={() => setOpen(false)} />
      </Show>
    </>
  );
}

function Panel(props: { readonly onClose: () => void }): JSX.Element {
  const [question, setQuestion] = createSignal('');
  const [wrong, setWrong] = createSignal<string>();
  let end: HTMLDivElement | undefined;
  let input: HTMLInputElement | undefined;
  createEffect(on(exchanges, () => queueMicrotask(() => end?.scrollIntoView({ block: 'end' }))));
  const send = (text: string) => {
    const trimmed = text.trim();
    if (isAsking()) return;
    if (trimmed === '' || trimmed.length > QUESTION_CHARACTERS_MAX) {
      setWrong(trimmed === '' ? words.empty : words.tooLong);
      input?.focus();
      return;
    }
    setWrong(undefined);
    setQuestion('');
    input?.focus();
    void ask(trimmed);
  };
  return (
    <Dialog title={words.title} onClose={() => props.onClose()} onSubmit={() => send(question())}>
      <div class="assistant" data-testid="assistant">
        <div class="assistant-log" role="log" aria-label={words.conversation} tabIndex={0}>
          <Show when={exchanges().length > 0} fallback={<Offers onPick={send} />}>
            <ol>
              <For each={exchanges()}>
                {(each) => <ExchangeView of={each} onLeave={() => props.onClose()} />}
              </For>
            </ol>
          </Show>
          <div ref={(element) => (end = element)} />
        </div>
        <div class="field assistant-field">
          <label for={INPUT_ID}>{words.label}</label>
          <div class="assistant-ask">
            <input
              id={INPUT_ID}
              ref={(element) => (input = element)}
              class="input"
              name="question"
              autocomplete="off"
              autofocus
              value={question()}
              aria-invalid={wrong() !== undefined}
              aria-describedby={`${INPUT_ID}-hint`}
              onInput={(event) => setQuestion(event.currentTarget.value)}
            />
            <button type="submit" class="button primary" aria-disabled={isAsking()}>
              {words.ask}
            </button>
          </div>
          <span class={wrong() === undefined ? 'hint' : 'wrong'} id={`${INPUT_ID}-hint`}>
            {wrong() ?? words.hint}
          </span>
        </div>
        <div class="actions">
          <button type="button" class="button" onClick={() => props.onClose()}>
            {words.close}
          </button>
        </div>
      </div>
    </Dialog>
  );
}

function Offers(props: { readonly onPick: (question: string) => void }): JSX.Element {
  return (
    <>
      <p>{words.offers}</p>
      <ul class="assistant-offers">
        <For each={words.examples}>
          {(example) => (
            <li>
              <button type="button" class="button small" onClick={() => props.onPick(example)}>
                {example}
              </button>
            </li>
          )}
        </For>
      </ul>
    </>
  );
}

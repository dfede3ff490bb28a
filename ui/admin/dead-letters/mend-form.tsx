/** The message as it will be sent, to be changed where it is wrong, with the reason asked for. */
import { createSignal, createUniqueId, For, Show, type JSX } from 'solid-js';
import type { LetterDetail } from '../../../core/services/dead-letters/desk.ts';
import { asApiError, call, type ApiError, type FieldError } from '../../api/client.ts';
import { confirmBriefly } from '../../components/announcer.tsx';
import { focusFirstError } from '../../components/field.tsx';
import { Problem, WaitingButton } from '../../components/problem.tsx';
import { letterTexts } from '../texts/dead-letters.ts';
import { messageText } from './message-text.ts';
import { badReason, ReasonField } from './decision-dialog.tsx';

const { letter: words } = letterTexts;
const ROWS_MAX = 28;

export function MendForm(props: { readonly letter: LetterDetail; readonly onDone: () => void }): JSX.Element {
  const id = createUniqueId();
  const original = () => messageText(props.letter.message);
  const [text, setText] = createSignal(original());
  const [reason, setReason] = createSignal('');
  const [wrongReason, setWrongReason] = createSignal<string>();
  const [faults, setFaults] = createSignal<readonly FieldError[]>([]);
  const [failure, setFailure] = createSignal<ApiError | null>(null);
  const [busy, setBusy] = createSignal(false);
  const changed = () => text() !== original();
  let form: HTMLFormElement | undefined;

  const post = async (path: string, body: object, done: string) => {
    setBusy(true);
    setFailure(null);
    try {
      await call('POST', path, { body });
      confirmBriefly(done);
      props.onDone();
    } catch (thrown) {
      const error = asApiError(thrown);
      if (error.fields.length > 0) {
        setFaults(error.fields);
        focusFirstError(form);
      } else setFailure(error);
    }
    setBusy(false);
  };
  const reasonIsBad = () => {
    setWrongReason(badReason(reason()));
    return wrongReason() !== undefined;
  };
  const replay = async () => {
    const { value: payload, error } = changed() ? parsed(text()) : {};
    setFaults(error === undefined ? [] : [{ path: '', message: words.badJson(error) }]);
    if (reasonIsBad() || error !== undefined) {
      focusFirstError(form);
      return;
    }
    const body = { reason: reason().trim(), ...(changed() ? { payload } : {}) };
    await post(`/api/ops/dead-letters/${encodeURIComponent(props.letter.id)}/replay`, body, words.onItsWay);
  };
  const discard = async () => {
    if (reasonIsBad()) {
      focusFirstError(form);
      return;
    }
    const body = { ids: [props.letter.id], reason: reason().trim() };
    await post('/api/ops/dead-letters/discard', body, letterTexts.discarded(1));
  };
  return (
    <form
      ref={(element) => (form = element)}
      class="mend"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (!busy()) void replay();
      }}
    >
      <Show when={props.letter.faults.length > 0 && !changed()}>
        <div class="notice wait" data-testid="letter-faults">
          <strong>{words.wouldDie}</strong>
          <ul>
            <For each={props.letter.faults}>
              {({ path, message }) => (
                <li>
                  <span class="mono">{path === '' ? words.message : path}</span> {message}
                </li>
              )}
            </For>
          </ul>
        </div>
      </Show>
      <Show when={props.letter.handledBefore}>
        <p class="notice">{words.handled}</p>
      </Show>
      <div class="field">
        <label for={id}>{words.message}</label>
        <textarea
          id={id}
          class="input letter-editor"
          name="payload"
          spellcheck={false}
          rows={Math.min(ROWS_MAX, original().split('\n').length + 1)}
          aria-invalid={faults().length > 0}
          aria-describedby={`${id}-hint`}
          value={text()}
          onInput={(event) => {
            setText(event.currentTarget.value);
            setFaults([]);
          }}
        />
        <Show
          when={faults().length > 0}
          fallback={
            <span class="hint" id={`${id}-hint`}>
              {words.mend}
            </span>
          }
        >
          <ul class="wrong" id={`${id}-hint`} data-testid="payload-faults">
            <For each={faults()}>
              {({ path, message }) => (
                <li>
                  <span class="mono">{path.replace(/^payload\.?/, '')}</span> {message}
                </li>
              )}
            </For>
          </ul>
        </Show>
      </div>
      <ReasonField
        value={reason()}
        error={wrongReason()}
        onInput={(value) => {
          setReason(value);
          setWrongReason(undefined);
        }}
      />
      <Show when={failure()} keyed>
        {(error) => <Problem error={error} />}
      </Show>
      <div class="actions">
        <WaitingButton class="primary" until={failure()?.retryAt} busy={busy()}>
          {changed() ? words.sendMended : words.send}
        </WaitingButton>
        <button type="button" class="button danger" aria-disabled={busy()} onClick={() => void discard()}>
          {letterTexts.discard}
        </button>
        <Show when={changed()}>
          <button type="button" class="link-button" onClick={() => setText(original())}>
            {words.undo}
          </button>
        </Show>
      </div>
    </form>
  );
}

/** What the text says, or why it says nothing. */
function parsed(text: string): { readonly value?: unknown; readonly error?: string } {
  try {
    return { value: JSON.parse(text) as unknown };
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) };
  }
}

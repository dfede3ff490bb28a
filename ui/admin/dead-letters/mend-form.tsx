/** The message as it will be sent, to be changed where it is wrong, with the reason asked for. */
import { createSignal, createUniqueId, For, Show, type JSX } from 'solid-js';
import type { LetterDetail } from '../../../core/services/dead-letters/desk.ts';
import { asApiError, call, type FieldError } from '../../api/client.ts';
import { confirmBriefly } from '../../components/announcer.tsx';
import { focusFirstError } from '../../components/field.tsx';
import { Refusal } from '../../components/form.tsx';
import { WaitingButton } from '../../components/problem.tsx';
import { letterTexts } from '../texts/dead-letters.ts';
import { messageText } from './message-text.ts';
import { createReasoned, ReasonField } from '../forms/reason.tsx';

const { letter: words } = letterTexts;
const ROWS_MAX = 28;

export function MendForm(props: { readonly letter: LetterDetail; readonly onDone: () => void }): JSX.Element {
  const id = createUniqueId();
  const original = () => messageText(props.letter.message);
  const [text, setText] = createSignal(original());
  const why = createReasoned();
  const [faults, setFaults] = createSignal<readonly FieldError[]>([]);
  const changed = () => text() !== original();
  let form: HTMLFormElement | undefined;

  const post = async (path: string, body: object, done: string) => {
    try {
      await call('POST', path, { body });
    } catch (thrown) {
      const error = asApiError(thrown);
      const ofPayload = error.fields.filter(({ path: at }) => at !== 'reason');
      if (ofPayload.length === 0) throw error;
      setFaults(ofPayload);
      focusFirstError(form);
      return;
    }
    confirmBriefly(done);
    props.onDone();
  };
  const replay = () => {
    const { value: payload, error } = changed() ? parsed(text()) : {};
    setFaults(error === undefined ? [] : [{ path: '', message: words.badJson(error) }]);
    void why.submission.submit(form, async () => {
      if (error !== undefined) {
        focusFirstError(form);
        return;
      }
      const body = { reason: why.reason(), ...(changed() ? { payload } : {}) };
      await post(`/api/ops/dead-letters/${encodeURIComponent(props.letter.id)}/replay`, body, words.onItsWay);
    });
  };
  const discard = () =>
    void why.submission.submit(form, () =>
      post(
        '/api/ops/dead-letters/discard',
        { ids: [props.letter.id], reason: why.reason() },
        letterTexts.discarded(1),
      ),
    );
  return (
    <form
      ref={(element) => (form = element)}
      class="mend"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        replay();
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
      <ReasonField {...why.field} hint={letterTexts.reasonHint} />
      <Refusal submission={why.submission} />
      <div class="actions">
        <WaitingButton class="primary" until={why.submission.failure()?.retryAt} busy={why.submission.busy()}>
          {changed() ? words.sendMended : words.send}
        </WaitingButton>
        <button type="button" class="button danger" aria-disabled={why.submission.busy()} onClick={discard}>
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

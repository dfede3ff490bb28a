/** One action on the selected orders: what would happen to how many, and why one wants it. */
import { createSignal, createUniqueId, For, onMount, Show, type JSX } from 'solid-js';
import { asApiError, call, type ApiError } from '../../api/client.ts';
import { confirmBriefly } from '../../components/announcer.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { Problem, WaitingButton } from '../../components/problem.tsx';
import { consoleTexts } from '../texts/console.ts';
import type { BulkAction, BulkPreview } from './types.ts';

/** Orders as the API takes them. */
export type Chosen =
  { readonly ids: readonly string[] } | { readonly filter: Readonly<Record<string, unknown>> };

export function BulkDialog(props: {
  readonly action: BulkAction;
  readonly chosen: Chosen;
  readonly onClose: () => void;
  readonly onStarted: () => void;
}): JSX.Element {
  const words = consoleTexts.bulk;
  const id = createUniqueId();
  const [preview, setPreview] = createSignal<BulkPreview | null>(null);
  const [reason, setReason] = createSignal('');
  const [missing, setMissing] = createSignal(false);
  const [busy, setBusy] = createSignal(false);
  const [failure, setFailure] = createSignal<ApiError | null>(null);
  let input: HTMLInputElement | undefined;
  const path = '/api/admin/orders/bulk';
  const affected = () => preview()?.will.reduce((sum, { count }) => sum + count, 0) ?? 0;
  const count = () => `${affected().toLocaleString('en')}${preview()?.complete === false ? '+' : ''}`;

  onMount(() => {
    input?.focus();
    call<BulkPreview>('POST', path, { body: { action: props.action, ...props.chosen, dryRun: true } }).then(
      setPreview,
      (thrown: unknown) => setFailure(asApiError(thrown)),
    );
  });
  const start = async () => {
    if (busy() || (preview() !== null && affected() === 0)) return;
    if (reason().trim() === '') {
      setMissing(true);
      input?.focus();
      return;
    }
    setBusy(true);
    try {
      const { jobId } = await call<{ readonly jobId: string }>('POST', path, {
        body: { action: props.action, ...props.chosen, reason: reason().trim() },
      });
      confirmBriefly(words.started, { href: `/admin/jobs/${jobId}`, text: words.toJob });
      const { onStarted, onClose } = props;
      onStarted();
      onClose();
    } catch (thrown) {
      setFailure(asApiError(thrown));
      setBusy(false);
    }
  };
  return (
    <Dialog title={words.title[props.action]} onClose={props.onClose} onSubmit={() => void start()}>
      <div aria-live="polite" class="bulk-preview" data-testid="bulk-preview">
        <Show when={preview()} fallback={<p>{words.looking}</p>}>
          {(known) => <Preview preview={known()} />}
        </Show>
      </div>
      <div class="field">
        <label for={id}>{words.reason}</label>
        <input
          ref={(element) => (input = element)}
          id={id}
          class="input"
          maxLength={500}
          autocomplete="off"
          aria-invalid={missing()}
          aria-describedby={`${id}-hint`}
          value={reason()}
          onInput={(event) => {
            setReason(event.currentTarget.value);
            setMissing(false);
          }}
        />
        <span class={missing() ? 'wrong' : 'hint'} id={`${id}-hint`}>
          {missing() ? words.required : words.reasonHint}
        </span>
      </div>
      <Show when={failure()} keyed>
        {(error) => <Problem error={error} />}
      </Show>
      <div class="actions">
        <button type="button" class="button" onClick={() => props.onClose()}>
          {words.close}
        </button>
        <WaitingButton
          class={props.action === 'mark_shipped' ? 'primary' : 'danger primary'}
          until={failure()?.retryAt}
          busy={busy() || preview() === null || affected() === 0}
        >
          {words.start[props.action](count())}
        </WaitingButton>
      </div>
    </Dialog>
  );
}

function Preview(props: { readonly preview: BulkPreview }): JSX.Element {
  const words = consoleTexts.bulk;
  return (
    <>
      <Show when={props.preview.will.length > 0} fallback={<p>{words.nothing}</p>}>
        <h3>{words.will}</h3>
        <ul class="tallies">
          <For each={props.preview.will}>
            {({ effect, count }) => (
              <li>
                <b class="figure">{count.toLocaleString('en')}</b> {words.effects[effect]}
              </li>
            )}
          </For>
        </ul>
      </Show>
      <Show when={props.preview.wont.length > 0}>
        <h3>{words.wont}</h3>
        <ul class="tallies soft">
          <For each={props.preview.wont}>
            {({ message, count }) => (
              <li>
                <b class="figure">{count.toLocaleString('en')}</b> {message}
              </li>
            )}
          </For>
        </ul>
      </Show>
      <Show when={!props.preview.complete}>
        <p>{words.atLeast(props.preview.total)}</p>
      </Show>
    </>
  );
}

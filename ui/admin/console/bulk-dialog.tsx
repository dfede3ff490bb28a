/** One action on the selected orders: what would happen to how many, and why one wants it. */
import { createSignal, For, onMount, Show, type JSX } from 'solid-js';
import { asApiError, call, type ApiError } from '../../api/client.ts';
import { confirmBriefly } from '../../components/announcer.tsx';
import { Problem } from '../../components/problem.tsx';
import { ActionDialog } from '../forms/action-dialog.tsx';
import { createReasoned, ReasonField } from '../forms/reason.tsx';
import { consoleTexts } from '../texts/console.ts';
import type { BulkAction, BulkPreview } from './types.ts';

/** Orders as the API takes them. */
export type Chosen =
  | { readonly ids: readonly string[] }
  | { readonly filter: Readonly<Record<string, unknown>> };

export function BulkDialog(props: {
  readonly action: BulkAction;
  readonly chosen: Chosen;
  readonly onClose: () => void;
  readonly onStarted: () => void;
}): JSX.Element {
  const words = consoleTexts.bulk;
  const [preview, setPreview] = createSignal<BulkPreview | null>(null);
  const [failure, setFailure] = createSignal<ApiError | null>(null);
  const form = createReasoned();
  const path = '/api/admin/orders/bulk';
  const affected = () => preview()?.will.reduce((sum, { count }) => sum + count, 0) ?? 0;
  const count = () => `${affected().toLocaleString('en')}${preview()?.complete === false ? '+' : ''}`;

  onMount(() => {
    call<BulkPreview>('POST', path, { body: { action: props.action, ...props.chosen, dryRun: true } }).then(
      setPreview,
      (thrown: unknown) => setFailure(asApiError(thrown)),
    );
  });
  const start = async () => {
    const { jobId } = await call<{ readonly jobId: string }>('POST', path, {
      body: { action: props.action, ...props.chosen, reason: form.reason() },
    });
    confirmBriefly(words.started, { href: `/admin/jobs/${jobId}`, text: words.toJob });
    props.onStarted();
  };
  return (
    <ActionDialog
      title={words.title[props.action]}
      action={words.start[props.action](count())}
      danger={props.action !== 'mark_shipped'}
      resting={affected() === 0}
      submission={form.submission}
      send={start}
      onClose={props.onClose}
    >
      <div aria-live="polite" class="bulk-preview" data-testid="bulk-preview">
        <Show when={preview()} fallback={<p>{failure() === null ? words.looking : ''}</p>}>
          {(known) => <Preview preview={known()} />}
        </Show>
        <Show when={failure()} keyed>
          {(error) => <Problem error={error} />}
        </Show>
      </div>
      <ReasonField {...form.field} hint={words.reasonHint} />
    </ActionDialog>
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

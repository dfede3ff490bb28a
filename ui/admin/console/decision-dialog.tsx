/** A person's word on an order that was held, or a question to its customer. */
import { createSignal, createUniqueId, onMount, Show, type JSX } from 'solid-js';
import { asApiError, call, type ApiError } from '../../api/client.ts';
import type { OrderView } from '../../api/types.ts';
import { confirmBriefly } from '../../components/announcer.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { money, shortId } from '../../components/format.ts';
import { Problem, WaitingButton } from '../../components/problem.tsx';
import { consoleTexts } from '../texts/console.ts';

export type Decision = 'approve' | 'reject' | 'request_info';

export function DecisionDialog(props: {
  readonly order: OrderView;
  readonly decision: Decision;
  readonly onClose: () => void;
  readonly onDecided: () => void;
}): JSX.Element {
  const words = consoleTexts.review;
  const id = createUniqueId();
  const [reason, setReason] = createSignal('');
  const [missing, setMissing] = createSignal(false);
  const [busy, setBusy] = createSignal(false);
  const [failure, setFailure] = createSignal<ApiError | null>(null);
  let input: HTMLInputElement | undefined;
  onMount(() => input?.focus());
  const send = async () => {
    if (busy()) return;
    if (reason().trim() === '') {
      setMissing(true);
      input?.focus();
      return;
    }
    setBusy(true);
    const { decision, order } = props;
    try {
      await call('POST', `/api/admin/orders/${encodeURIComponent(order.id)}/review`, {
        body: { decision, reason: reason().trim() },
      });
      confirmBriefly(words.sent[decision]);
      const { onDecided, onClose } = props;
      onDecided();
      onClose();
    } catch (thrown) {
      setFailure(asApiError(thrown));
      setBusy(false);
    }
  };
  return (
    <Dialog title={words.titles[props.decision]} onClose={props.onClose} onSubmit={() => void send()}>
      <p>
        <span class="mono">{shortId(props.order.id)}</span> · {props.order.customerName} ·{' '}
        {money(props.order.totalCents, props.order.currency)}
      </p>
      <p>{words.bodies[props.decision]}</p>
      <div class="field">
        <label for={id}>{props.decision === 'request_info' ? words.question : words.reason}</label>
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
          {missing() ? consoleTexts.bulk.required : words.reasonHint}
        </span>
      </div>
      <Show when={failure()} keyed>
        {(error) => <Problem error={error} />}
      </Show>
      <div class="actions">
        <button type="button" class="button" onClick={() => props.onClose()}>
          {words.later}
        </button>
        <WaitingButton
          class={props.decision === 'reject' ? 'danger primary' : 'primary'}
          until={failure()?.retryAt}
          busy={busy()}
        >
          {words[props.decision]}
        </WaitingButton>
      </div>
    </Dialog>
  );
}

import { createSignal, createUniqueId, Show, type JSX } from 'solid-js';
import { asApiError, call, type ApiError } from '../api/client.ts';
import type { OrderView } from '../api/types.ts';
import { confirmBriefly } from '../components/announcer.tsx';
import { Dialog } from '../components/dialog.tsx';
import { money, shortId } from '../components/format.ts';
import { Problem, WaitingButton } from '../components/problem.tsx';
import { texts } from '../texts.ts';

export type Decision = 'approve' | 'reject';

/** The saga takes a moment to act on a decision before the list can show it. */
const LIST_AFTER_MS = 600;

export function ReviewDialog(props: {
  readonly order: OrderView;
  readonly decision: Decision;
  readonly onClose: () => void;
  readonly onDecided: () => void;
}): JSX.Element {
  const id = createUniqueId();
  const [reason, setReason] = createSignal('');
  const [missing, setMissing] = createSignal(false);
  const [busy, setBusy] = createSignal(false);
  const [failure, setFailure] = createSignal<ApiError | null>(null);
  const approving = () => props.decision === 'approve';
  let input: HTMLTextAreaElement | undefined;

  const send = async () => {
    if (reason().trim() === '') {
      setMissing(true);
      input?.focus();
      return;
    }
    setBusy(true);
    try {
      await call('POST', `/api/admin/orders/${encodeURIComponent(props.order.id)}/review`, {
        body: { decision: props.decision, reason: reason().trim() },
      });
      confirmBriefly(texts.admin.decided);
      const { onDecided, onClose } = props;
      setTimeout(onDecided, LIST_AFTER_MS);
      onClose();
    } catch (thrown) {
      setFailure(asApiError(thrown));
      setBusy(false);
    }
  };
  return (
    <Dialog title={approving() ? texts.admin.approveTitle : texts.admin.rejectTitle} onClose={props.onClose}>
      <p>
        <span class="mono">{shortId(props.order.id)}</span> · {props.order.customerName} ·{' '}
        {money(props.order.totalCents, props.order.currency)}
        <Show when={props.order.reason}>{(why) => <> · {texts.order.reason(why())}</>}</Show>
      </p>
      <p>{approving() ? texts.admin.approveBody : texts.admin.rejectBody}</p>
      <div class="field">
        <label for={id}>{texts.admin.reason}</label>
        <textarea
          ref={(element) => (input = element)}
          id={id}
          class="input"
          maxLength={500}
          aria-invalid={missing()}
          aria-describedby={`${id}-hint`}
          value={reason()}
          onInput={(event) => {
            setReason(event.currentTarget.value);
            setMissing(false);
          }}
        />
        <span class={missing() ? 'wrong' : 'hint'} id={`${id}-hint`}>
          {missing() ? texts.signIn.required : texts.admin.reasonHint}
        </span>
      </div>
      <Show when={failure()} keyed>
        {(error) => <Problem error={error} />}
      </Show>
      <div class="actions">
        <button type="button" class="button" onClick={() => props.onClose()}>
          {texts.admin.cancel}
        </button>
        <WaitingButton
          type="button"
          class={approving() ? 'primary' : 'danger primary'}
          until={failure()?.retryAt}
          busy={busy()}
          onClick={() => void send()}
        >
          {approving() ? texts.admin.approve : texts.admin.reject}
        </WaitingButton>
      </div>
    </Dialog>
  );
}

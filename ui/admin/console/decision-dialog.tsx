/** A person's word on an order that was held, or a question to its customer. */
import type { JSX } from 'solid-js';
import { call } from '../../api/client.ts';
import type { OrderView } from '../../api/types.ts';
import { confirmBriefly } from '../../components/announcer.tsx';
import { money, shortId } from '../../components/format.ts';
import { ActionDialog } from '../forms/action-dialog.tsx';
import { createReasoned, ReasonField } from '../forms/reason.tsx';
import { consoleTexts } from '../texts/console.ts';

export type Decision = 'approve' | 'reject' | 'request_info';

export function DecisionDialog(props: {
  readonly order: OrderView;
  readonly decision: Decision;
  readonly onClose: () => void;
  readonly onDecided: () => void;
}): JSX.Element {
  const words = consoleTexts.review;
  const form = createReasoned();
  const send = async () => {
    const { decision, order, onDecided } = props;
    await call('POST', `/api/admin/orders/${encodeURIComponent(order.id)}/review`, {
      body: { decision, reason: form.reason() },
    });
    confirmBriefly(words.sent[decision]);
    onDecided();
  };
  return (
    <ActionDialog
      title={words.titles[props.decision]}
      body={words.bodies[props.decision]}
      action={words[props.decision]}
      danger={props.decision === 'reject'}
      submission={form.submission}
      send={send}
      onClose={props.onClose}
    >
      <p>
        <span class="mono">{shortId(props.order.id)}</span> · {props.order.customerName} ·{' '}
        {money(props.order.totalCents, props.order.currency)}
      </p>
      <ReasonField
        {...form.field}
        {...(props.decision === 'request_info' ? { label: words.question } : {})}
        hint={words.reasonHint}
      />
    </ActionDialog>
  );
}

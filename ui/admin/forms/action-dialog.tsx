import { Show, type JSX } from 'solid-js';
import { Dialog } from '../../components/dialog.tsx';
import { Refusal } from '../../components/form.tsx';
import { WaitingButton } from '../../components/problem.tsx';
import type { Submission } from '../../components/submission.ts';
import { formTexts } from '../texts/forms.ts';

/** A dialog that does one thing, or not. Its first field has the focus as it opens, so hands may stay on the keyboard. */
export function ActionDialog<Name extends string>(props: {
  readonly title: string;
  readonly body?: string | undefined;
  /** What the button says. */
  readonly action: string;
  readonly danger?: boolean;
  /** Not yet to be sent, or nothing to be done. */
  readonly resting?: boolean;
  /** The other button, instead of "Not now". */
  readonly cancel?: string;
  readonly submission: Submission<Name>;
  /** The dialog closes once it resolves. */
  readonly send: () => Promise<void>;
  readonly onClose: () => void;
  readonly children: JSX.Element;
}): JSX.Element {
  const send = async () => {
    const { send: act, onClose } = props;
    await act();
    onClose();
  };
  return (
    <Dialog
      title={props.title}
      onClose={props.onClose}
      onSubmit={(form) => {
        if (props.resting !== true) void props.submission.submit(form, send);
      }}
    >
      <Show when={props.body}>
        <p>{props.body}</p>
      </Show>
      {props.children}
      <Refusal submission={props.submission} />
      <div class="actions">
        <button type="button" class="button" onClick={() => props.onClose()}>
          {props.cancel ?? formTexts.cancel}
        </button>
        <WaitingButton
          class={props.danger === true ? 'danger primary' : 'primary'}
          until={props.submission.failure()?.retryAt}
          busy={props.submission.busy() || props.resting === true}
        >
          {props.action}
        </WaitingButton>
      </div>
    </Dialog>
  );
}

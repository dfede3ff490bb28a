/** Asks for the reason, and the pace, before many letters are replayed or discarded. */
import { createSignal, createUniqueId, Show, type JSX } from 'solid-js';
import { faultsOf, missing } from '../../components/checks.ts';
import { Dialog } from '../../components/dialog.tsx';
import { Field } from '../../components/field.tsx';
import { Refusal } from '../../components/form.tsx';
import { WaitingButton } from '../../components/problem.tsx';
import { createSubmission } from '../../components/submission.ts';
import { letterTexts as words } from '../texts/dead-letters.ts';

const REASON_MAX = 500;

export interface Decided {
  readonly reason: string;
  readonly ratePerSecond: number;
}

export function badReason(reason: string): string | undefined {
  return missing(reason) ?? (reason.trim().length > REASON_MAX ? words.tooLong : undefined);
}

/** The field for why; also of a single letter. */
export function ReasonField(props: {
  readonly value: string;
  readonly error: string | undefined;
  readonly onInput: (value: string) => void;
}): JSX.Element {
  const id = createUniqueId();
  return (
    <div class="field">
      <label for={id}>{words.reason}</label>
      <textarea
        id={id}
        class="input"
        name="reason"
        aria-invalid={props.error !== undefined}
        aria-describedby={`${id}-hint`}
        value={props.value}
        onInput={(event) => props.onInput(event.currentTarget.value)}
      />
      <span class={props.error === undefined ? 'hint' : 'wrong'} id={`${id}-hint`}>
        {props.error ?? words.reasonHint}
      </span>
    </div>
  );
}

export function DecisionDialog(props: {
  readonly decision: 'replay' | 'discard';
  readonly count: number;
  readonly queue: string;
  readonly send: (decided: Decided) => Promise<void>;
  readonly onClose: () => void;
}): JSX.Element {
  const [reason, setReason] = createSignal('');
  const [rate, setRate] = createSignal('50');
  const replaying = () => props.decision === 'replay';
  const badRate = () => {
    const isRight = /^\d{1,4}$/.test(rate().trim()) && Number(rate()) >= 1 && Number(rate()) <= 1_000;
    return replaying() && !isRight ? words.badRate : undefined;
  };
  const submission = createSubmission(['reason', 'ratePerSecond'], () =>
    faultsOf({ reason: badReason(reason()), ratePerSecond: badRate() }),
  );
  const send = async () => {
    await props.send({ reason: reason().trim(), ratePerSecond: Number(rate()) });
    props.onClose();
  };
  return (
    <Dialog
      title={replaying() ? words.replayTitle : words.discardTitle}
      onClose={props.onClose}
      onSubmit={(form) => void submission.submit(form, send)}
    >
      <p>{replaying() ? words.replayBody(props.count, props.queue) : words.discardBody(props.count)}</p>
      <ReasonField
        value={reason()}
        error={submission.faults().reason}
        onInput={(value) => {
          setReason(value);
          submission.touched('reason');
        }}
      />
      <Show when={replaying()}>
        <Field
          label={words.rate}
          name="ratePerSecond"
          inputMode="numeric"
          hint={words.rateHint}
          value={rate()}
          error={submission.faults().ratePerSecond}
          onInput={(value) => {
            setRate(value);
            submission.touched('ratePerSecond');
          }}
        />
      </Show>
      <Refusal submission={submission} />
      <div class="actions">
        <button type="button" class="button" onClick={() => props.onClose()}>
          {words.cancel}
        </button>
        <WaitingButton
          class={replaying() ? 'primary' : 'danger primary'}
          until={submission.failure()?.retryAt}
          busy={submission.busy()}
        >
          {replaying() ? words.replay : words.discard}
        </WaitingButton>
      </div>
    </Dialog>
  );
}

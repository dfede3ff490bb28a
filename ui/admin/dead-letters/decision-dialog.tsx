/** Asks for the reason, and the pace, before many letters are replayed or discarded. */
import { createSignal, Show, type JSX } from 'solid-js';
import { faultsOf } from '../../components/checks.ts';
import { Field } from '../../components/field.tsx';
import { ActionDialog } from '../forms/action-dialog.tsx';
import { createReasoned, ReasonField } from '../forms/reason.tsx';
import { letterTexts as words } from '../texts/dead-letters.ts';

export interface Decided {
  readonly reason: string;
  readonly ratePerSecond: number;
}

export function DecisionDialog(props: {
  readonly decision: 'replay' | 'discard';
  readonly count: number;
  readonly queue: string;
  readonly send: (decided: Decided) => Promise<void>;
  readonly onClose: () => void;
}): JSX.Element {
  const [rate, setRate] = createSignal('50');
  const replaying = () => props.decision === 'replay';
  const badRate = () => {
    const isRight = /^\d{1,4}$/.test(rate().trim()) && Number(rate()) >= 1 && Number(rate()) <= 1_000;
    return replaying() && !isRight ? words.badRate : undefined;
  };
  const form = createReasoned(['ratePerSecond'], () => faultsOf({ ratePerSecond: badRate() }));
  return (
    <ActionDialog
      title={replaying() ? words.replayTitle : words.discardTitle}
      body={replaying() ? words.replayBody(props.count, props.queue) : words.discardBody(props.count)}
      action={replaying() ? words.replay : words.discard}
      danger={!replaying()}
      cancel={words.cancel}
      submission={form.submission}
      send={() => props.send({ reason: form.reason(), ratePerSecond: Number(rate()) })}
      onClose={props.onClose}
    >
      <ReasonField {...form.field} hint={words.reasonHint} />
      <Show when={replaying()}>
        <Field
          label={words.rate}
          name="ratePerSecond"
          inputMode="numeric"
          hint={words.rateHint}
          value={rate()}
          error={form.submission.faults().ratePerSecond}
          onInput={(value) => {
            setRate(value);
            form.submission.touched('ratePerSecond');
          }}
        />
      </Show>
    </ActionDialog>
  );
}

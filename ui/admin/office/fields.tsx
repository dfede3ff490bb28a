/** What the forms of the office are made of, beside the shop's own fields. */
import { createUniqueId, For, Show, type JSX } from 'solid-js';
import { Dialog } from '../../components/dialog.tsx';
import { Refusal } from '../../components/form.tsx';
import { WaitingButton } from '../../components/problem.tsx';
import type { Submission } from '../../components/submission.ts';
import { inventoryTexts } from '../texts/inventory.ts';

export interface Option {
  readonly value: string;
  readonly text: string;
}

export function SelectField(props: {
  readonly label: string;
  readonly name: string;
  readonly value: string;
  readonly options: readonly Option[];
  readonly error?: string | undefined;
  readonly hint?: string | undefined;
  readonly onChange: (value: string) => void;
}): JSX.Element {
  const id = createUniqueId();
  const words = () => props.error ?? props.hint;
  return (
    <div class="field">
      <label for={id}>{props.label}</label>
      <select
        id={id}
        class="select"
        name={props.name}
        aria-invalid={props.error !== undefined}
        aria-describedby={words() === undefined ? undefined : `${id}-words`}
        onChange={(event) => props.onChange(event.currentTarget.value)}
      >
        <Options options={props.options} value={props.value} />
      </select>
      <Show when={words()}>
        <span class={props.error === undefined ? 'hint' : 'wrong'} id={`${id}-words`}>
          {words()}
        </span>
      </Show>
    </div>
  );
}

/** A choice that narrows a list. */
export function FilterSelect(props: {
  readonly label: string;
  readonly value: string;
  readonly options: readonly Option[];
  readonly onChange: (value: string) => void;
}): JSX.Element {
  return (
    <select
      class="select small"
      aria-label={props.label}
      onChange={(event) => props.onChange(event.currentTarget.value)}
    >
      <Options options={props.options} value={props.value} />
    </select>
  );
}

function Options(props: { readonly options: readonly Option[]; readonly value: string }): JSX.Element {
  return (
    <For each={props.options}>
      {(option) => (
        <option value={option.value} selected={option.value === props.value}>
          {option.text}
        </option>
      )}
    </For>
  );
}

/** Why something is done, in a few lines. */
export function ReasonField(props: {
  readonly label: string;
  readonly hint: string;
  readonly value: string;
  readonly error: string | undefined;
  readonly onInput: (value: string) => void;
}): JSX.Element {
  const id = createUniqueId();
  return (
    <div class="field">
      <label for={id}>{props.label}</label>
      <textarea
        id={id}
        class="input"
        name="reason"
        aria-invalid={props.error !== undefined}
        aria-describedby={`${id}-words`}
        value={props.value}
        onInput={(event) => props.onInput(event.currentTarget.value)}
      />
      <span class={props.error === undefined ? 'hint' : 'wrong'} id={`${id}-words`}>
        {props.error ?? props.hint}
      </span>
    </div>
  );
}

/** A dialog that does one thing, or not. */
export function ActionDialog<Name extends string>(props: {
  readonly title: string;
  readonly body?: string;
  readonly action: string;
  readonly danger?: boolean;
  readonly submission: Submission<Name>;
  readonly send: () => Promise<void>;
  readonly onClose: () => void;
  readonly children: JSX.Element;
}): JSX.Element {
  return (
    <Dialog
      title={props.title}
      onClose={props.onClose}
      onSubmit={(form) => void props.submission.submit(form, props.send)}
    >
      <Show when={props.body}>
        <p>{props.body}</p>
      </Show>
      {props.children}
      <Refusal submission={props.submission} />
      <div class="actions">
        <button type="button" class="button" onClick={() => props.onClose()}>
          {inventoryTexts.cancel}
        </button>
        <WaitingButton
          class={props.danger === true ? 'danger primary' : 'primary'}
          until={props.submission.failure()?.retryAt}
          busy={props.submission.busy()}
        >
          {props.action}
        </WaitingButton>
      </div>
    </Dialog>
  );
}

/** `12.50` as cents; undefined for anything that is no amount. */
export function centsOf(text: string): number | undefined {
  const match = /^(\d{1,6})(?:[.,](\d{1,2}))?$/.exec(text.trim());
  if (match === null) return undefined;
  return Number(match[1]) * 100 + Number((match[2] ?? '').padEnd(2, '0'));
}

export function amountOf(cents: number): string {
  return (cents / 100).toFixed(2);
}

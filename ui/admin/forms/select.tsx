/** Choices: as a field of a form, and as what narrows a list. */
import { createUniqueId, For, Show, type JSX } from 'solid-js';

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

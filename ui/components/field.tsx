import { createUniqueId, Show, type JSX } from 'solid-js';

/** A labelled text input with its hint and its error tied to it. What is too long is told, not cut off in silence. */
export function Field(props: {
  readonly label: string;
  readonly name: string;
  readonly value: string;
  readonly onInput: (value: string) => void;
  readonly error?: string | undefined;
  readonly hint?: string;
  readonly type?: 'text' | 'email' | 'password' | 'datetime-local';
  readonly inputMode?: 'numeric';
  /** It may stay empty. */
  readonly optional?: boolean;
  /** Id of a datalist. */
  readonly list?: string;
  readonly autocomplete?: JSX.InputHTMLAttributes<HTMLInputElement>['autocomplete'];
}): JSX.Element {
  const id = createUniqueId();
  const described = () =>
    props.error === undefined ? (props.hint === undefined ? undefined : `${id}-hint`) : `${id}-error`;
  return (
    <div class="field">
      <label for={id}>{props.label}</label>
      <input
        id={id}
        class="input"
        name={props.name}
        type={props.type ?? 'text'}
        inputmode={props.inputMode}
        list={props.list}
        value={props.value}
        autocomplete={props.autocomplete}
        required={props.optional !== true}
        aria-invalid={props.error !== undefined}
        aria-describedby={described()}
        onInput={(event) => props.onInput(event.currentTarget.value)}
      />
      <Show
        when={props.error}
        fallback={
          <Show when={props.hint}>
            <span class="hint" id={`${id}-hint`}>
              {props.hint}
            </span>
          </Show>
        }
      >
        <span class="wrong" id={`${id}-error`}>
          {props.error}
        </span>
      </Show>
    </div>
  );
}

/** Puts the focus on the first field that is wrong. Call after the errors are shown. */
export function focusFirstError(form: HTMLFormElement | undefined): void {
  queueMicrotask(() => form?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus());
}

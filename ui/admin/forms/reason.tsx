/** Why something is done: asked for in one place, in one way, wherever a decision is kept. */
import { createSignal, createUniqueId, type JSX } from 'solid-js';
import { createSubmission, type Faults, type Submission } from '../../components/submission.ts';
import { formTexts } from '../texts/forms.ts';

/** As long as the API takes. */
const REASON_MAX = 500;

/** A form that asks for a reason, beside fields of its own. */
export interface Reasoned<Name extends string> {
  readonly submission: Submission<Name | 'reason'>;
  /** As it is sent: without blanks around it. */
  readonly reason: () => string;
  /** For `ReasonField`. */
  readonly field: ReasonFieldState;
  readonly clear: () => void;
}

interface ReasonFieldState {
  readonly value: string;
  readonly error: string | undefined;
  readonly onInput: (value: string) => void;
}

/** `check` says what is wrong with the fields of `names`. */
export function createReasoned<Name extends string = never>(
  names: readonly Name[] = [],
  check: () => Faults<Name> = () => ({}),
): Reasoned<Name> {
  const [text, setText] = createSignal('');
  const reason = () => text().trim();
  const bad = () => {
    if (reason() === '') return formTexts.required;
    return reason().length > REASON_MAX ? formTexts.tooLong : undefined;
  };
  const found = (): Faults<Name | 'reason'> => {
    const reasonFault = bad();
    return { ...check(), ...(reasonFault === undefined ? {} : { reason: reasonFault }) } as Faults<
      Name | 'reason'
    >;
  };
  const submission = createSubmission<Name | 'reason'>([...names, 'reason'], found);
  return {
    submission,
    reason,
    field: {
      get value() {
        return text();
      },
      get error() {
        return (submission.faults() as Faults<'reason'>).reason;
      },
      onInput: (value) => {
        setText(value);
        submission.touched('reason');
      },
    },
    clear: () => setText(''),
  };
}

/** One line, so that Enter sends it. */
export function ReasonField(
  props: ReasonFieldState & {
    /** Instead of "Reason". */
    readonly label?: string;
    /** Where it is kept. */
    readonly hint: string;
  },
): JSX.Element {
  const id = createUniqueId();
  return (
    <div class="field">
      <label for={id}>{props.label ?? formTexts.reason}</label>
      <input
        id={id}
        class="input"
        name="reason"
        autocomplete="off"
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

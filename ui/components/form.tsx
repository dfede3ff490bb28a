/** The frame of a form: it is checked and sent by its submission, and tells what was refused above its button. */
import { Show, type JSX } from 'solid-js';
import type { ApiError } from '../api/client.ts';
import { Problem, WaitingButton } from './problem.tsx';
import type { Submission } from './submission.ts';

export function Form<Name extends string>(props: {
  readonly submission: Submission<Name>;
  readonly send: () => Promise<void>;
  /** What the button says. */
  readonly action: string;
  /** The form is what its page is for. */
  readonly main?: boolean;
  /** A refusal in words of the form's own; undefined: in the server's. */
  readonly wording?: (error: ApiError) => string | undefined;
  /** Under the button. */
  readonly after?: JSX.Element;
  readonly children: JSX.Element;
}): JSX.Element {
  return (
    <form
      class="form"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void props.submission.submit(event.currentTarget, props.send);
      }}
    >
      {props.children}
      <Refusal submission={props.submission} wording={props.wording} />
      <WaitingButton
        class={props.main === true ? 'primary large wide' : 'primary'}
        until={props.submission.failure()?.retryAt}
        busy={props.submission.busy()}
      >
        {props.action}
      </WaitingButton>
      {props.after}
    </form>
  );
}

/** What the server said no to, if anything. */
export function Refusal<Name extends string>(props: {
  readonly submission: Submission<Name>;
  readonly wording?: ((error: ApiError) => string | undefined) | undefined;
}): JSX.Element {
  return (
    <Show when={props.submission.failure()} keyed>
      {(error) => {
        const body = props.wording?.(error);
        return <Problem error={error} {...(body === undefined ? {} : { body })} />;
      }}
    </Show>
  );
}

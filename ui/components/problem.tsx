/** A failed call, told plainly: what happened, what one can do, and when, if it is a matter of waiting. */
import { createEffect, on, Show, type JSX } from 'solid-js';
import type { ApiError } from '../api/client.ts';
import { texts } from '../texts.ts';
import { announce } from './announcer.tsx';
import { createCountdown } from './countdown.ts';

function wording(error: ApiError): { readonly title: string; readonly body: string } {
  const words = texts.problem;
  if (error.status === 0) return { title: words.title, body: words.unanswered };
  if (error.status === 503) return { title: words.busyTitle, body: words.busy };
  if (error.status === 429) return { title: words.limitTitle, body: words.limit };
  if (error.status >= 500) return { title: words.title, body: words.server };
  return { title: words.title, body: error.message === '' ? words.fallback : error.message };
}

export function Problem(props: {
  readonly error: ApiError;
  /** Offered as a button; with a wait the page does it by itself. */
  readonly retry?: () => void;
  readonly title?: string;
  readonly body?: string;
}): JSX.Element {
  const words = () => wording(props.error);
  const seconds = createCountdown(() => props.error.retryAt);
  return (
    <div
      class="notice"
      classList={{ bad: props.error.retryAt === null, wait: props.error.retryAt !== null }}
      role="alert"
      data-testid="problem"
    >
      <strong>{props.title ?? words().title}</strong>
      <p>{props.body ?? words().body}</p>
      <Show when={props.retry}>
        {(retry) => (
          <div class="actions">
            <Show
              when={props.error.retryAt !== null}
              fallback={
                <button type="button" class="button small" onClick={() => retry()()}>
                  {texts.retry}
                </button>
              }
            >
              {/* The seconds are for the eye; a screen reader is told once, when it is over. */}
              <span class="faint figure" aria-hidden="true">
                {texts.problem.retryIn(seconds())}
              </span>
            </Show>
          </div>
        )}
      </Show>
    </div>
  );
}

/** A button that rests, counting down, until a refusal's time is over. */
export function WaitingButton(props: {
  readonly until: number | null | undefined;
  readonly busy?: boolean;
  readonly busyText?: string;
  readonly class?: string;
  readonly type?: 'button' | 'submit';
  readonly onClick?: () => void;
  readonly children: JSX.Element;
}): JSX.Element {
  const seconds = createCountdown(() => props.until);
  const resting = () => seconds() > 0 || props.busy === true;
  createEffect(
    on(
      () => seconds() > 0,
      (waiting, before) => {
        if (before === true && !waiting) announce(texts.waitOver);
      },
    ),
  );
  return (
    <button
      type={props.type ?? 'submit'}
      class={`button figure ${props.class ?? 'primary'}`}
      // Not `disabled`: that would throw the keyboard's focus away each time.
      aria-disabled={resting()}
      onClick={(event) => {
        if (resting()) event.preventDefault();
        else props.onClick?.();
      }}
    >
      <Show
        when={seconds() > 0}
        fallback={props.busy === true ? (props.busyText ?? props.children) : props.children}
      >
        {texts.wait(seconds())}
      </Show>
    </button>
  );
}

import { useLocation, useNavigate } from '@solidjs/router';
import { createEffect, Show, type JSX } from 'solid-js';
import { user } from '../api/session.ts';

/** Shows its children to someone signed in; a guest is sent to sign in first and comes back. */
export function SignedIn(props: {
  readonly children: JSX.Element;
  readonly meanwhile?: JSX.Element;
}): JSX.Element {
  const location = useLocation();
  const navigate = useNavigate();
  createEffect(() => {
    if (user() === null) {
      navigate(`/sign-in?next=${encodeURIComponent(location.pathname + location.search)}`, { replace: true });
    }
  });
  return (
    <Show when={user()} fallback={props.meanwhile}>
      {props.children}
    </Show>
  );
}

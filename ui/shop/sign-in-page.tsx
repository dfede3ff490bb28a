import { useLocation, useNavigate, useSearchParams } from '@solidjs/router';
import { createEffect, Show, type JSX } from 'solid-js';
import { withQuery } from '../api/client.ts';
import { user } from '../api/session.ts';
import { PageHead } from '../components/page.tsx';
import { texts } from '../texts.ts';
import { AccountForm } from './account-form.tsx';
import './form.css';

/** Only a path of our own: nobody is sent elsewhere after signing in. */
function safeNext(next: string | undefined): string {
  return next !== undefined && /^\/(?![/\\])/.test(next) ? next : '/';
}

export default function SignInPage(): JSX.Element {
  const location = useLocation();
  const navigate = useNavigate();
  const [query] = useSearchParams<{ next?: string }>();
  const registering = () => location.pathname === '/register';
  const other = () => withQuery(registering() ? '/sign-in' : '/register', { next: query.next });
  createEffect(() => {
    if (user()) navigate(safeNext(query.next), { replace: true });
  });
  return (
    <div class="narrow-page">
      <PageHead
        title={registering() ? texts.signIn.registerTitle : texts.signIn.title}
        under={
          <Show when={query.next !== undefined}>
            <p class="soft">{texts.signIn.needed}</p>
          </Show>
        }
      />
      <AccountForm
        registering={registering()}
        onSwitch={
          <p class="switch">
            <a href={other()}>{registering() ? texts.signIn.toSignIn : texts.signIn.toRegister}</a>
          </p>
        }
      />
    </div>
  );
}

import { useLocation, useNavigate, useSearchParams } from '@solidjs/router';
import { createSignal, Show, type JSX } from 'solid-js';
import { call } from '../api/client.ts';
import { confirmBriefly } from '../components/announcer.tsx';
import { Field } from '../components/field.tsx';
import { PageHead } from '../components/page.tsx';
import { Problem, WaitingButton } from '../components/problem.tsx';
import { texts } from '../texts.ts';
import { PASSWORD_LENGTH_MIN } from './profile-forms.tsx';
import { createSubmission } from './submission.ts';
import '../shop/form.css';

/** Both steps of the way back in: asking for the letter, and setting a new password with what it says. */
export default function PasswordResetPages(): JSX.Element {
  const location = useLocation();
  return (
    <div class="narrow-page">
      <Show when={location.pathname === '/forgot-password'} fallback={<NewPassword />}>
        <AskForLetter />
      </Show>
    </div>
  );
}

function AskForLetter(): JSX.Element {
  const [email, setEmail] = createSignal('');
  const [sent, setSent] = createSignal(false);
  const submission = createSubmission(['email'], () =>
    /^\S+@\S+$/.test(email().trim()) ? {} : { email: texts.signIn.badEmail },
  );
  let form: HTMLFormElement | undefined;
  const send = async () => {
    await call('POST', '/api/auth/forgot-password', { body: { email: email().trim() } });
    setSent(true);
  };
  return (
    <>
      <PageHead title={texts.reset.title} />
      <Show
        when={!sent()}
        fallback={
          <div class="form">
            <div class="notice" role="status">
              <strong>{texts.reset.sentTitle}</strong>
              <p>{texts.reset.sent(email().trim())}</p>
            </div>
            <a class="button wide" href="/reset-password">
              {texts.reset.enter}
            </a>
          </div>
        }
      >
        <form
          ref={(element) => (form = element)}
          class="form"
          noValidate
          onSubmit={(event) => {
            event.preventDefault();
            void submission.submit(form, send);
          }}
        >
          <p class="soft">{texts.reset.intro}</p>
          <Show when={submission.failure()} keyed>
            {(error) => <Problem error={error} />}
          </Show>
          <Field
            label={texts.signIn.email}
            name="email"
            type="email"
            autocomplete="email"
            value={email()}
            error={submission.faults().email}
            onInput={(text) => {
              setEmail(text);
              submission.touched('email');
            }}
          />
          <WaitingButton
            class="primary large wide"
            until={submission.failure()?.retryAt}
            busy={submission.busy()}
          >
            {texts.reset.send}
          </WaitingButton>
          <p class="switch">
            <a href="/sign-in">{texts.reset.back}</a>
          </p>
        </form>
      </Show>
    </>
  );
}

function NewPassword(): JSX.Element {
  const navigate = useNavigate();
  const [query] = useSearchParams<{ token?: string }>();
  const [token, setToken] = createSignal(query.token ?? '');
  const [password, setPassword] = createSignal('');
  const submission = createSubmission(['token', 'password'], () => ({
    ...(token().trim() === '' ? { token: texts.signIn.required } : {}),
    ...(password().length < PASSWORD_LENGTH_MIN ? { password: texts.signIn.shortPassword } : {}),
  }));
  let form: HTMLFormElement | undefined;
  const save = async () => {
    await call('POST', '/api/auth/reset-password', {
      body: { token: token().trim(), password: password() },
    });
    confirmBriefly(texts.reset.done);
    navigate('/sign-in', { replace: true });
  };
  return (
    <>
      <PageHead title={texts.reset.newTitle} />
      <form
        ref={(element) => (form = element)}
        class="form"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void submission.submit(form, save);
        }}
      >
        <Show when={submission.failure()} keyed>
          {(error) => (
            <Problem
              error={error}
              {...(error.code === 'reset_token_invalid' ? { body: texts.reset.badToken } : {})}
            />
          )}
        </Show>
        <Show when={query.token === undefined}>
          <Field
            label={texts.reset.token}
            name="token"
            hint={texts.reset.tokenHint}
            value={token()}
            error={submission.faults().token}
            onInput={(text) => {
              setToken(text);
              submission.touched('token');
            }}
          />
        </Show>
        <Field
          label={texts.account.newPassword}
          name="password"
          type="password"
          autocomplete="new-password"
          hint={texts.signIn.passwordHint}
          value={password()}
          error={submission.faults().password}
          onInput={(text) => {
            setPassword(text);
            submission.touched('password');
          }}
        />
        <WaitingButton
          class="primary large wide"
          until={submission.failure()?.retryAt}
          busy={submission.busy()}
        >
          {texts.reset.save}
        </WaitingButton>
        <p class="switch">
          <a href="/forgot-password">{texts.reset.again}</a>
        </p>
      </form>
    </>
  );
}

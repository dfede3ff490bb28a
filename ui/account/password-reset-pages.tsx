import { useLocation, useNavigate, useSearchParams } from '@solidjs/router';
import { createSignal, Show, type JSX } from 'solid-js';
import { call } from '../api/client.ts';
import { confirmBriefly } from '../components/announcer.tsx';
import { badEmail, badNewPassword, faultsOf, missing } from '../components/checks.ts';
import { Field } from '../components/field.tsx';
import { Form } from '../components/form.tsx';
import { PageHead } from '../components/page.tsx';
import { createSubmission } from '../components/submission.ts';
import { texts } from '../texts.ts';
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
  const submission = createSubmission(['email'], () => faultsOf({ email: badEmail(email()) }));
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
        <Form
          submission={submission}
          send={send}
          action={texts.reset.send}
          main
          after={
            <p class="switch">
              <a href="/sign-in">{texts.reset.back}</a>
            </p>
          }
        >
          <p class="soft">{texts.reset.intro}</p>
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
        </Form>
      </Show>
    </>
  );
}

function NewPassword(): JSX.Element {
  const navigate = useNavigate();
  const [query] = useSearchParams<{ token?: string }>();
  const [token, setToken] = createSignal(query.token ?? '');
  const [password, setPassword] = createSignal('');
  const submission = createSubmission(['token', 'password'], () =>
    faultsOf({ token: missing(token()), password: badNewPassword(password()) }),
  );
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
      <Form
        submission={submission}
        send={save}
        action={texts.reset.save}
        main
        wording={({ code }) => (code === 'reset_token_invalid' ? texts.reset.badToken : undefined)}
        after={
          <p class="switch">
            <a href="/forgot-password">{texts.reset.again}</a>
          </p>
        }
      >
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
      </Form>
    </>
  );
}

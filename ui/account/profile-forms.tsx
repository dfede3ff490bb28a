import { createEffect, createSignal, on, Show, type JSX } from 'solid-js';
import { changeUser, user } from '../api/session.ts';
import { confirmBriefly } from '../components/announcer.tsx';
import { Field } from '../components/field.tsx';
import { Problem, WaitingButton } from '../components/problem.tsx';
import { texts } from '../texts.ts';
import { Section } from './section.tsx';
import { createSubmission } from './submission.ts';

export const PASSWORD_LENGTH_MIN = 8;

export function ProfileForm(): JSX.Element {
  const [name, setName] = createSignal('');
  const submission = createSubmission(['name'], () =>
    name().trim() === '' ? { name: texts.signIn.required } : {},
  );
  let form: HTMLFormElement | undefined;
  createEffect(
    on(
      () => user()?.name,
      (known) => setName(known ?? ''),
    ),
  );
  const save = async () => {
    await changeUser({ name: name().trim() });
    confirmBriefly(texts.account.saved);
  };
  return (
    <Section title={texts.account.profile}>
      <form
        ref={(element) => (form = element)}
        class="form"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void submission.submit(form, save);
        }}
      >
        <Field
          label={texts.signIn.name}
          name="name"
          autocomplete="name"
          maxLength={100}
          value={name()}
          error={submission.faults().name}
          onInput={(text) => {
            setName(text);
            submission.touched('name');
          }}
        />
        <p class="soft">
          {texts.signIn.email}: <span class="wrap-anywhere">{user()?.email}</span>
        </p>
        <Show when={submission.failure()} keyed>
          {(error) => <Problem error={error} />}
        </Show>
        <WaitingButton until={submission.failure()?.retryAt} busy={submission.busy()}>
          {texts.account.save}
        </WaitingButton>
      </form>
    </Section>
  );
}

export function PasswordForm(): JSX.Element {
  const [current, setCurrent] = createSignal('');
  const [next, setNext] = createSignal('');
  const submission = createSubmission(['currentPassword', 'password'], () => ({
    ...(current() === '' ? { currentPassword: texts.signIn.required } : {}),
    ...(next().length < PASSWORD_LENGTH_MIN ? { password: texts.signIn.shortPassword } : {}),
  }));
  let form: HTMLFormElement | undefined;
  const save = async () => {
    await changeUser({ currentPassword: current(), password: next() });
    setCurrent('');
    setNext('');
    confirmBriefly(texts.account.passwordSaved);
  };
  return (
    <Section title={texts.account.password} hint={texts.account.passwordHint}>
      <form
        ref={(element) => (form = element)}
        class="form"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void submission.submit(form, save);
        }}
      >
        <Field
          label={texts.account.currentPassword}
          name="currentPassword"
          type="password"
          autocomplete="current-password"
          value={current()}
          error={submission.faults().currentPassword}
          onInput={(text) => {
            setCurrent(text);
            submission.touched('currentPassword');
          }}
        />
        <Field
          label={texts.account.newPassword}
          name="password"
          type="password"
          autocomplete="new-password"
          hint={texts.signIn.passwordHint}
          value={next()}
          error={submission.faults().password}
          onInput={(text) => {
            setNext(text);
            submission.touched('password');
          }}
        />
        <Show when={submission.failure()} keyed>
          {(error) => (
            <Problem
              error={error}
              {...(error.code === 'bad_credentials' ? { body: texts.account.wrongPassword } : {})}
            />
          )}
        </Show>
        <WaitingButton until={submission.failure()?.retryAt} busy={submission.busy()}>
          {texts.account.changePassword}
        </WaitingButton>
      </form>
    </Section>
  );
}

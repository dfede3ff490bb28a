import { createEffect, createSignal, on, type JSX } from 'solid-js';
import type { ApiError } from '../api/client.ts';
import { changeUser, user } from '../api/session.ts';
import { confirmBriefly } from '../components/announcer.tsx';
import { badNewPassword, faultsOf, missing, noPassword } from '../components/checks.ts';
import { Field } from '../components/field.tsx';
import { Form } from '../components/form.tsx';
import { createSubmission } from '../components/submission.ts';
import { texts } from '../texts.ts';
import { Section } from './section.tsx';

/** The refusal of a password that is proved for what one does in one's own account. */
export function wrongPassword({ code }: ApiError): string | undefined {
  return code === 'bad_credentials' ? texts.account.wrongPassword : undefined;
}

export function ProfileForm(): JSX.Element {
  const [name, setName] = createSignal('');
  const submission = createSubmission(['name'], () => faultsOf({ name: missing(name()) }));
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
      <Form submission={submission} send={save} action={texts.account.save}>
        <Field
          label={texts.signIn.name}
          name="name"
          autocomplete="name"
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
      </Form>
    </Section>
  );
}

export function PasswordForm(): JSX.Element {
  const [current, setCurrent] = createSignal('');
  const [next, setNext] = createSignal('');
  const submission = createSubmission(['currentPassword', 'password'], () =>
    faultsOf({ currentPassword: noPassword(current()), password: badNewPassword(next()) }),
  );
  const save = async () => {
    await changeUser({ currentPassword: current(), password: next() });
    setCurrent('');
    setNext('');
    confirmBriefly(texts.account.passwordSaved);
  };
  return (
    <Section title={texts.account.password} hint={texts.account.passwordHint}>
      <Form submission={submission} send={save} action={texts.account.changePassword} wording={wrongPassword}>
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
      </Form>
    </Section>
  );
}

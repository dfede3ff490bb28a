/** Sign in or register, wherever it is needed: on its own page and in the middle of a checkout. */
import { createSignal, Show, type JSX } from 'solid-js';
import { register, signIn, user } from '../api/session.ts';
import { confirmBriefly } from '../components/announcer.tsx';
import { badEmail, badNewPassword, faultsOf, missing, noPassword } from '../components/checks.ts';
import { Field } from '../components/field.tsx';
import { Form } from '../components/form.tsx';
import { createSubmission } from '../components/submission.ts';
import { texts } from '../texts.ts';

type FieldName = 'name' | 'email' | 'password';

export function AccountForm(props: {
  readonly registering: boolean;
  readonly onSwitch: JSX.Element;
  readonly onDone?: () => void;
}): JSX.Element {
  const [values, setValues] = createSignal({ name: '', email: '', password: '' });
  const submission = createSubmission<FieldName>(['name', 'email', 'password'], () => {
    const { name, email, password } = values();
    return faultsOf({
      name: props.registering ? missing(name) : undefined,
      email: badEmail(email),
      password: props.registering ? badNewPassword(password) : noPassword(password),
    });
  });
  const set = (name: FieldName) => (value: string) => {
    setValues((before) => ({ ...before, [name]: value }));
    submission.touched(name);
  };
  const enter = async () => {
    const { name, email, password } = values();
    if (props.registering) await register({ name: name.trim(), email: email.trim(), password });
    else await signIn({ email: email.trim(), password });
    confirmBriefly(texts.signIn.done(user()?.name ?? ''));
    props.onDone?.();
  };
  return (
    <Form
      submission={submission}
      send={enter}
      action={props.registering ? texts.signIn.registerSubmit : texts.signIn.submit}
      main
      after={props.onSwitch}
    >
      <Show when={props.registering}>
        <Field
          label={texts.signIn.name}
          name="name"
          autocomplete="name"
          value={values().name}
          onInput={set('name')}
          error={submission.faults().name}
        />
      </Show>
      <Field
        label={texts.signIn.email}
        name="email"
        type="email"
        autocomplete="email"
        value={values().email}
        onInput={set('email')}
        error={submission.faults().email}
      />
      <Field
        label={texts.signIn.password}
        name="password"
        type="password"
        autocomplete={props.registering ? 'new-password' : 'current-password'}
        value={values().password}
        onInput={set('password')}
        error={submission.faults().password}
        {...(props.registering ? { hint: texts.signIn.passwordHint } : {})}
      />
      <Show when={!props.registering}>
        <a class="faint forgot" href="/forgot-password">
          {texts.signIn.forgot}
        </a>
      </Show>
    </Form>
  );
}

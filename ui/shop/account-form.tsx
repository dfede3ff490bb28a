/** Sign in or register, wherever it is needed: on its own page and in the middle of a checkout. */
import { createSignal, Show, type JSX } from 'solid-js';
import { asApiError, type ApiError } from '../api/client.ts';
import { register, signIn, user } from '../api/session.ts';
import { confirmBriefly } from '../components/announcer.tsx';
import { Field, focusFirstError } from '../components/field.tsx';
import { Problem, WaitingButton } from '../components/problem.tsx';
import { texts } from '../texts.ts';

const PASSWORD_LENGTH_MIN = 8;

type FieldName = 'name' | 'email' | 'password';
type Errors = Partial<Record<FieldName, string>>;

function check(values: Record<FieldName, string>, registering: boolean): Errors {
  const errors: Errors = {};
  const words = texts.signIn;
  if (registering && values.name.trim() === '') errors.name = words.required;
  if (values.email.trim() === '') errors.email = words.required;
  else if (!/^\S+@\S+$/.test(values.email.trim())) errors.email = words.badEmail;
  if (values.password === '') errors.password = words.required;
  else if (registering && values.password.length < PASSWORD_LENGTH_MIN) errors.password = words.shortPassword;
  return errors;
}

/** The server's word on each field, as far as it names one of ours. */
function fieldErrors(error: ApiError): Errors {
  const errors: Errors = {};
  for (const { path, message } of error.fields) {
    const name = path.replace(/^\/?(body[./])?/, '');
    if (name === 'name' || name === 'email' || name === 'password') errors[name] = message;
  }
  return errors;
}

export function AccountForm(props: {
  readonly registering: boolean;
  readonly onSwitch: JSX.Element;
  readonly onDone?: () => void;
}): JSX.Element {
  const [values, setValues] = createSignal({ name: '', email: '', password: '' });
  const [errors, setErrors] = createSignal<Errors>({});
  const [failure, setFailure] = createSignal<ApiError | null>(null);
  const [busy, setBusy] = createSignal(false);
  let form: HTMLFormElement | undefined;

  const set = (name: FieldName) => (value: string) => {
    setValues((before) => ({ ...before, [name]: value }));
    setErrors(({ [name]: _, ...others }) => others);
  };
  const submit = async () => {
    if (busy()) return;
    const wrong = check(values(), props.registering);
    setErrors(wrong);
    if (Object.keys(wrong).length > 0) {
      focusFirstError(form);
      return;
    }
    setBusy(true);
    setFailure(null);
    try {
      const { name, email, password } = values();
      if (props.registering) await register({ name: name.trim(), email: email.trim(), password });
      else await signIn({ email: email.trim(), password });
      confirmBriefly(texts.signIn.done(user()?.name ?? ''));
      props.onDone?.();
    } catch (thrown) {
      const error = asApiError(thrown);
      const named = fieldErrors(error);
      setErrors(named);
      if (Object.keys(named).length > 0) focusFirstError(form);
      else setFailure(error);
    }
    setBusy(false);
  };

  return (
    <form
      ref={(element) => (form = element)}
      class="form"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <Show when={failure()} keyed>
        {(error) => <Problem error={error} />}
      </Show>
      <Show when={props.registering}>
        <Field
          label={texts.signIn.name}
          name="name"
          autocomplete="name"
          value={values().name}
          onInput={set('name')}
          error={errors().name}
        />
      </Show>
      <Field
        label={texts.signIn.email}
        name="email"
        type="email"
        autocomplete="email"
        value={values().email}
        onInput={set('email')}
        error={errors().email}
      />
      <Field
        label={texts.signIn.password}
        name="password"
        type="password"
        autocomplete={props.registering ? 'new-password' : 'current-password'}
        value={values().password}
        onInput={set('password')}
        error={errors().password}
        {...(props.registering ? { hint: texts.signIn.passwordHint } : {})}
      />
      <Show when={!props.registering}>
        <a class="faint forgot" href="/forgot-password">
          {texts.signIn.forgot}
        </a>
      </Show>
      <WaitingButton class="primary large wide" until={failure()?.retryAt} busy={busy()}>
        {props.registering ? texts.signIn.registerSubmit : texts.signIn.submit}
      </WaitingButton>
      {props.onSwitch}
    </form>
  );
}

import { createSignal, Show, type JSX } from 'solid-js';
import { call } from '../api/client.ts';
import { signedOutEverywhere } from '../api/session.ts';
import { Dialog } from '../components/dialog.tsx';
import { Field } from '../components/field.tsx';
import { Problem, WaitingButton } from '../components/problem.tsx';
import { texts } from '../texts.ts';
import { Section } from './section.tsx';
import { createSubmission } from './submission.ts';

export function CloseAccount(): JSX.Element {
  const [asking, setAsking] = createSignal(false);
  return (
    <Section title={texts.account.close} hint={texts.account.closeHint}>
      <button type="button" class="button danger" onClick={() => setAsking(true)}>
        {texts.account.close}
      </button>
      <Show when={asking()}>
        <CloseDialog onClose={() => setAsking(false)} />
      </Show>
    </Section>
  );
}

function CloseDialog(props: { readonly onClose: () => void }): JSX.Element {
  const [password, setPassword] = createSignal('');
  const submission = createSubmission(['currentPassword'], () =>
    password() === '' ? { currentPassword: texts.signIn.required } : {},
  );
  let fields: HTMLDivElement | undefined;
  const close = async () => {
    await call('DELETE', '/api/auth/me', { body: { currentPassword: password() } });
    props.onClose();
    await signedOutEverywhere();
  };
  return (
    <Dialog title={texts.account.closeTitle} onClose={props.onClose}>
      <p>{texts.account.closeBody}</p>
      <div ref={(element) => (fields = element)}>
        <Field
          label={texts.account.currentPassword}
          name="currentPassword"
          type="password"
          autocomplete="current-password"
          value={password()}
          error={submission.faults().currentPassword}
          onInput={(text) => {
            setPassword(text);
            submission.touched('currentPassword');
          }}
        />
      </div>
      <Show when={submission.failure()} keyed>
        {(error) => (
          <Problem
            error={error}
            {...(error.code === 'bad_credentials' ? { body: texts.account.wrongPassword } : {})}
          />
        )}
      </Show>
      <div class="actions">
        <button type="button" class="button" onClick={() => props.onClose()}>
          {texts.account.keep}
        </button>
        <WaitingButton
          type="button"
          class="danger primary"
          until={submission.failure()?.retryAt}
          busy={submission.busy()}
          onClick={() => void submission.submit(fields?.closest('form') ?? undefined, close)}
        >
          {texts.account.close}
        </WaitingButton>
      </div>
    </Dialog>
  );
}

import { createSignal, Show, type JSX } from 'solid-js';
import { call } from '../api/client.ts';
import { signedOutEverywhere } from '../api/session.ts';
import { faultsOf, noPassword } from '../components/checks.ts';
import { Dialog } from '../components/dialog.tsx';
import { Field } from '../components/field.tsx';
import { Refusal } from '../components/form.tsx';
import { WaitingButton } from '../components/problem.tsx';
import { createSubmission } from '../components/submission.ts';
import { texts } from '../texts.ts';
import { wrongPassword } from './profile-forms.tsx';
import { Section } from './section.tsx';

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
    faultsOf({ currentPassword: noPassword(password()) }),
  );
  const close = async () => {
    await call('DELETE', '/api/auth/me', { body: { currentPassword: password() } });
    props.onClose();
    await signedOutEverywhere();
  };
  return (
    <Dialog
      title={texts.account.closeTitle}
      onClose={props.onClose}
      onSubmit={(form) => void submission.submit(form, close)}
    >
      <p>{texts.account.closeBody}</p>
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
      <Refusal submission={submission} wording={wrongPassword} />
      <div class="actions">
        <button type="button" class="button" onClick={() => props.onClose()}>
          {texts.account.keep}
        </button>
        <WaitingButton class="danger primary" until={submission.failure()?.retryAt} busy={submission.busy()}>
          {texts.account.close}
        </WaitingButton>
      </div>
    </Dialog>
  );
}

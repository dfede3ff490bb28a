import { createSignal, For, Match, Show, Switch, type JSX } from 'solid-js';
import { asApiError, call } from '../api/client.ts';
import { createRemote } from '../api/remote.ts';
import type { Address, AddressEntry } from '../api/types.ts';
import { confirmBriefly } from '../components/announcer.tsx';
import { Dialog } from '../components/dialog.tsx';
import { Field } from '../components/field.tsx';
import { Refusal } from '../components/form.tsx';
import { Problem, WaitingButton } from '../components/problem.tsx';
import { createSubmission } from '../components/submission.ts';
import { addressErrors, AddressInputs, addressOf, emptyAddress } from '../shop/address-fields.tsx';
import { texts } from '../texts.ts';
import { Section } from './section.tsx';

const ADDRESSES = '/api/auth/addresses';
const pathOf = (id: string): string => `${ADDRESSES}/${encodeURIComponent(id)}`;

export function AddressBook(): JSX.Element {
  const book = createRemote<{ readonly items: readonly AddressEntry[] }>(() => ADDRESSES);
  const [editing, setEditing] = createSignal<AddressEntry | 'new' | null>(null);
  const change = async (act: () => Promise<unknown>, said: string) => {
    try {
      await act();
      confirmBriefly(said);
    } catch (thrown) {
      confirmBriefly(asApiError(thrown).message || texts.problem.unanswered);
    }
    book.refetch();
  };
  const makeDefault = ({ id, ...entry }: AddressEntry) =>
    change(() => call('PUT', pathOf(id), { body: { ...entry, isDefault: true } }), texts.account.saved);
  return (
    <Section title={texts.account.addresses} hint={texts.account.addressesHint}>
      <Show when={book.error()} keyed>
        {(error) => <Problem error={error} retry={book.refetch} />}
      </Show>
      <Switch>
        <Match when={book.data()}>
          {(data) => (
            <ul class="entries" data-testid="addresses">
              <For each={data().items}>
                {(entry) => (
                  <li>
                    <div>
                      <strong>{entry.label ?? entry.street}</strong>
                      <Show when={entry.isDefault}>
                        {' '}
                        <span class="status">{texts.account.default}</span>
                      </Show>
                      <p class="soft">{lineOf(entry)}</p>
                    </div>
                    <div class="actions">
                      <Show when={!entry.isDefault}>
                        <button type="button" class="link-button" onClick={() => void makeDefault(entry)}>
                          {texts.account.makeDefault}
                        </button>
                      </Show>
                      <button type="button" class="link-button" onClick={() => setEditing(entry)}>
                        {texts.account.edit}
                      </button>
                      <button
                        type="button"
                        class="link-button"
                        aria-label={texts.cart.removeNamed(entry.label ?? entry.street)}
                        onClick={() =>
                          void change(() => call('DELETE', pathOf(entry.id)), texts.account.addressRemoved)
                        }
                      >
                        {texts.cart.remove}
                      </button>
                    </div>
                  </li>
                )}
              </For>
            </ul>
          )}
        </Match>
        <Match when={book.error() === null}>
          <div class="account-wait" role="status" aria-label={texts.loading} />
        </Match>
      </Switch>
      <button type="button" class="button" onClick={() => setEditing('new')}>
        {texts.account.addAddress}
      </button>
      <Show when={editing()} keyed>
        {(entry) => (
          <AddressDialog
            entry={entry === 'new' ? null : entry}
            onClose={() => setEditing(null)}
            onSaved={() => {
              setEditing(null);
              confirmBriefly(texts.account.saved);
              book.refetch();
            }}
          />
        )}
      </Show>
    </Section>
  );
}

function lineOf({ street, zip, city, state, country }: Address): string {
  return [street, `${zip} ${city}`, state, country].join(', ');
}

function AddressDialog(props: {
  readonly entry: AddressEntry | null;
  readonly onClose: () => void;
  readonly onSaved: () => void;
}): JSX.Element {
  const known = props.entry;
  const [label, setLabel] = createSignal(known?.label ?? '');
  const [address, setAddress] = createSignal<Address>(known === null ? emptyAddress : addressOf(known));
  const submission = createSubmission<'label' | keyof Address>(
    ['label', 'street', 'city', 'state', 'zip', 'country'],
    () => addressErrors(address()),
  );
  const save = async () => {
    const body = { ...address(), label: label().trim(), isDefault: known?.isDefault ?? false };
    await call(known === null ? 'POST' : 'PUT', known === null ? ADDRESSES : pathOf(known.id), { body });
    props.onSaved();
  };
  return (
    <Dialog
      title={known === null ? texts.account.addAddress : texts.account.editAddress}
      onClose={props.onClose}
      onSubmit={(form) => void submission.submit(form, save)}
    >
      <div class="form">
        <Field
          label={texts.account.label}
          name="label"
          hint={texts.account.labelHint}
          optional
          value={label()}
          error={submission.faults().label}
          onInput={setLabel}
        />
        <AddressInputs
          value={address()}
          errors={submission.faults()}
          onChange={(next) => {
            for (const name of Object.keys(next) as (keyof Address)[]) {
              if (next[name] !== address()[name]) submission.touched(name);
            }
            setAddress(next);
          }}
        />
      </div>
      <Refusal submission={submission} />
      <div class="actions">
        <button type="button" class="button" onClick={() => props.onClose()}>
          {texts.account.notNow}
        </button>
        <WaitingButton until={submission.failure()?.retryAt} busy={submission.busy()}>
          {texts.account.save}
        </WaitingButton>
      </div>
    </Dialog>
  );
}

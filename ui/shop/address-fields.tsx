import { For, Show, type JSX } from 'solid-js';
import type { Address, AddressEntry } from '../api/types.ts';
import { Field } from '../components/field.tsx';
import { texts } from '../texts.ts';
import './address-fields.css';

export type AddressErrors = Partial<Record<keyof Address, string>>;

export const emptyAddress: Address = { street: '', city: '', state: '', zip: '', country: '' };
const sampleAddress: Address = {
  street: '4 Observatory Lane',
  city: 'Cambridge',
  state: 'Massachusetts',
  zip: '02138',
  country: 'United States',
};

export function addressErrors(address: Address): AddressErrors {
  const errors: AddressErrors = {};
  for (const name of Object.keys(emptyAddress) as (keyof Address)[]) {
    if (address[name].trim() === '') errors[name] = texts.signIn.required;
  }
  return errors;
}

/** The inputs of an address alone. */
export function AddressInputs(props: {
  readonly value: Address;
  readonly errors: AddressErrors;
  readonly onChange: (value: Address) => void;
}): JSX.Element {
  const field = (
    name: keyof Address,
    autocomplete: JSX.InputHTMLAttributes<HTMLInputElement>['autocomplete'],
  ) => (
    <Field
      label={texts.checkout[name]}
      name={name}
      autocomplete={autocomplete}
      value={props.value[name]}
      onInput={(text) => props.onChange({ ...props.value, [name]: text })}
      error={props.errors[name]}
    />
  );
  return (
    <div class="address">
      {field('street', 'street-address')}
      {field('zip', 'postal-code')}
      {field('city', 'address-level2')}
      {field('state', 'address-level1')}
      {field('country', 'country-name')}
    </div>
  );
}

/** Where an order goes: one of the addresses the shopper keeps, or one typed in. */
export function AddressFields(props: {
  readonly value: Address;
  readonly errors: AddressErrors;
  readonly kept: readonly AddressEntry[];
  readonly onChange: (value: Address) => void;
}): JSX.Element {
  const choose = (id: string) => {
    const entry = props.kept.find((one) => one.id === id);
    props.onChange(entry === undefined ? emptyAddress : addressOf(entry));
  };
  const chosen = () => props.kept.find((entry) => sameAddress(entry, props.value))?.id ?? '';
  return (
    <fieldset class="step">
      <div class="step-head">
        <legend>{texts.checkout.delivery}</legend>
        <button type="button" class="link-button" onClick={() => props.onChange(sampleAddress)}>
          {texts.checkout.sample}
        </button>
      </div>
      <Show when={props.kept.length > 0}>
        <label class="field kept-addresses">
          <span>{texts.checkout.kept}</span>
          <select class="select" value={chosen()} onChange={(event) => choose(event.currentTarget.value)}>
            <For each={props.kept}>
              {(entry) => <option value={entry.id}>{entry.label ?? `${entry.street}, ${entry.city}`}</option>}
            </For>
            <option value="">{texts.checkout.otherAddress}</option>
          </select>
        </label>
      </Show>
      <AddressInputs value={props.value} errors={props.errors} onChange={props.onChange} />
    </fieldset>
  );
}

export function addressOf({ street, city, state, zip, country }: Address): Address {
  return { street, city, state, zip, country };
}

function sameAddress(one: Address, other: Address): boolean {
  return (Object.keys(emptyAddress) as (keyof Address)[]).every((name) => one[name] === other[name]);
}

import type { JSX } from 'solid-js';
import type { Address } from '../api/types.ts';
import { Field } from '../components/field.tsx';
import { texts } from '../texts.ts';

export type AddressErrors = Partial<Record<keyof Address, string>>;

export const emptyAddress: Address = { street: '', city: '', state: '', zip: '', country: '' };
const sampleAddress: Address = {
  street: '4 Observatory Lane',
  city: 'Cambridge',
  state: 'Massachusetts',
  zip: '02138',
  country: 'United States',
};

/** The longest the API takes, per field. */
const LENGTH_MAX: Record<keyof Address, number> = {
  street: 200,
  city: 100,
  state: 100,
  zip: 20,
  country: 60,
};

export function addressErrors(address: Address): AddressErrors {
  const errors: AddressErrors = {};
  for (const name of Object.keys(LENGTH_MAX) as (keyof Address)[]) {
    if (address[name].trim() === '') errors[name] = texts.signIn.required;
  }
  return errors;
}

export function AddressFields(props: {
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
      maxLength={LENGTH_MAX[name]}
      value={props.value[name]}
      onInput={(text) => props.onChange({ ...props.value, [name]: text })}
      error={props.errors[name]}
    />
  );
  return (
    <fieldset class="step">
      <div class="step-head">
        <legend>{texts.checkout.delivery}</legend>
        <button type="button" class="link-button" onClick={() => props.onChange(sampleAddress)}>
          {texts.checkout.sample}
        </button>
      </div>
      <div class="address">
        {field('street', 'street-address')}
        {field('zip', 'postal-code')}
        {field('city', 'address-level2')}
        {field('state', 'address-level1')}
        {field('country', 'country-name')}
      </div>
    </fieldset>
  );
}

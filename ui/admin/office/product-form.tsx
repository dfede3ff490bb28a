import { createSignal, createUniqueId, Show, type JSX } from 'solid-js';
import { call } from '../../api/client.ts';
import { createRemote } from '../../api/remote.ts';
import type { Category } from '../../api/types.ts';
import { confirmBriefly } from '../../components/announcer.tsx';
import { Field } from '../../components/field.tsx';
import { Form } from '../../components/form.tsx';
import { createSubmission, type Faults } from '../../components/submission.ts';
import { productTexts as texts } from '../texts/products.ts';
import { amountOf, centsOf } from './amounts.ts';
import { SelectField } from '../forms/select.tsx';
import type { KeptProduct } from './product-types.ts';

const NAMES = ['sku', 'name', 'description', 'category', 'priceCents', 'costCents'] as const;
const SKU = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

interface Draft {
  readonly sku: string;
  readonly name: string;
  readonly description: string;
  readonly category: string;
  readonly priceCents: string;
  readonly costCents: string;
  readonly active: boolean;
}

function draftOf(product: KeptProduct | undefined): Draft {
  return {
    sku: product?.sku ?? '',
    name: product?.name ?? '',
    description: product?.description ?? '',
    category: product?.category ?? '',
    priceCents: '',
    costCents: product === undefined ? '' : amountOf(product.costCents),
    active: product?.active ?? true,
  };
}

/** What a product is; a new one has its SKU and first price here too. */
export function ProductForm(props: {
  readonly product?: KeptProduct;
  readonly onSaved: (product: KeptProduct) => void;
}): JSX.Element {
  const id = createUniqueId();
  const [draft, setDraft] = createSignal(draftOf(props.product));
  const isNew = () => props.product === undefined;
  const categories = createRemote<{ readonly items: readonly Category[] }>(() => '/api/products/categories');
  const category = () => draft().category || (categories.data()?.items[0]?.id ?? '');
  const submission = createSubmission(NAMES, () => faultsOf(draft(), isNew()));
  const change = (name: (typeof NAMES)[number], value: string) => {
    setDraft({ ...draft(), [name]: value });
    submission.touched(name);
  };
  const send = async () => {
    const { sku, name, description, active } = draft();
    const body = {
      name: name.trim(),
      description: description.trim(),
      category: category(),
      costCents: centsOf(draft().costCents),
      active,
    };
    const saved =
      props.product === undefined
        ? await call<KeptProduct>('POST', '/api/admin/products', {
            body: { ...body, sku: sku.trim(), priceCents: centsOf(draft().priceCents) },
          })
        : await call<KeptProduct>('PATCH', `/api/admin/products/${encodeURIComponent(props.product.id)}`, {
            body,
          });
    confirmBriefly(isNew() ? texts.created : texts.saved);
    props.onSaved(saved);
  };
  const field = (name: 'sku' | 'name' | 'priceCents' | 'costCents', label: string, hint?: string) => (
    <Field
      label={label}
      name={name}
      value={draft()[name]}
      error={submission.faults()[name]}
      {...(hint === undefined ? {} : { hint })}
      onInput={(value) => change(name, value)}
    />
  );
  return (
    <Form submission={submission} send={send} action={isNew() ? texts.create : texts.save}>
      {field('name', texts.name)}
      <Show when={isNew()}>{field('sku', texts.sku, texts.skuHint)}</Show>
      <div class="field">
        <label for={id}>{texts.description}</label>
        <textarea
          id={id}
          class="input"
          name="description"
          aria-invalid={submission.faults().description !== undefined}
          value={draft().description}
          onInput={(event) => change('description', event.currentTarget.value)}
        />
        <Show when={submission.faults().description}>
          <span class="wrong">{submission.faults().description}</span>
        </Show>
      </div>
      <SelectField
        label={texts.category}
        name="category"
        value={category()}
        options={(categories.data()?.items ?? []).map(({ id: value, name: text }) => ({ value, text }))}
        error={submission.faults().category}
        onChange={(value) => change('category', value)}
      />
      <div class="pair">
        <Show when={isNew()}>{field('priceCents', texts.price)}</Show>
        {field('costCents', texts.cost, texts.costHint)}
      </div>
      <label class="check-line">
        <input
          type="checkbox"
          checked={draft().active}
          onChange={(event) => setDraft({ ...draft(), active: event.currentTarget.checked })}
        />
        {texts.active}
      </label>
    </Form>
  );
}

function faultsOf(
  { sku, name, priceCents, costCents }: Draft,
  isNew: boolean,
): Faults<(typeof NAMES)[number]> {
  return {
    ...(name.trim() === '' ? { name: texts.required } : {}),
    ...(isNew && !SKU.test(sku.trim()) ? { sku: texts.badSku } : {}),
    ...(isNew && centsOf(priceCents) === undefined ? { priceCents: texts.badAmount } : {}),
    ...(centsOf(costCents) === undefined ? { costCents: texts.badAmount } : {}),
  };
}

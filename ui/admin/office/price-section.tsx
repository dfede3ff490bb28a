import { createSignal, For, Show, type JSX } from 'solid-js';
import { asApiError, call } from '../../api/client.ts';
import { createRemote } from '../../api/remote.ts';
import { confirmBriefly } from '../../components/announcer.tsx';
import { Field } from '../../components/field.tsx';
import { Form } from '../../components/form.tsx';
import { money } from '../../components/format.ts';
import { Moment } from '../../components/moment.tsx';
import { createSubmission } from '../../components/submission.ts';
import { productTexts as texts } from '../texts/products.ts';
import { centsOf } from './amounts.ts';
import type { KeptProduct, PriceChange } from './product-types.ts';

/** The price that holds, those that held and those to come. */
export function PriceSection(props: {
  readonly product: KeptProduct;
  readonly onChanged: () => void;
}): JSX.Element {
  const path = () => `/api/admin/products/${encodeURIComponent(props.product.id)}/prices`;
  const prices = createRemote<{ readonly items: readonly PriceChange[] }>(path, { keep: true });
  const [price, setPrice] = createSignal('');
  const [from, setFrom] = createSignal('');
  const submission = createSubmission(['priceCents', 'from'], () => ({
    ...(centsOf(price()) === undefined ? { priceCents: texts.badAmount } : {}),
    ...(from() !== '' && !(Date.parse(from()) > Date.now()) ? { from: texts.badFrom } : {}),
  }));
  const changed = () => {
    prices.refetch();
    props.onChanged();
  };
  const send = async () => {
    await call('POST', path(), {
      body: {
        priceCents: centsOf(price()),
        ...(from() === '' ? {} : { from: new Date(from()).toISOString() }),
      },
    });
    confirmBriefly(texts.priceSet);
    setPrice('');
    setFrom('');
    changed();
  };
  const cancel = async (change: PriceChange) => {
    try {
      await call('DELETE', `${path()}/${encodeURIComponent(change.id)}`);
      confirmBriefly(texts.priceCancelled);
    } catch (thrown) {
      confirmBriefly(asApiError(thrown).message);
    }
    changed();
  };
  return (
    <section class="card" aria-labelledby="product-price">
      <h2 id="product-price">
        {texts.prices}: <span class="figure">{money(props.product.priceCents, props.product.currency)}</span>
      </h2>
      <p class="faint">{texts.pricesUnder}</p>
      <Form submission={submission} send={send} action={texts.setPrice}>
        <div class="pair">
          <Field
            label={texts.newPrice}
            name="priceCents"
            value={price()}
            error={submission.faults().priceCents}
            onInput={(value) => {
              setPrice(value);
              submission.touched('priceCents');
            }}
          />
          <Field
            label={texts.from}
            name="from"
            type="datetime-local"
            optional
            hint={texts.fromHint}
            value={from()}
            error={submission.faults().from}
            onInput={(value) => {
              setFrom(value);
              submission.touched('from');
            }}
          />
        </div>
      </Form>
      <Show when={prices.data()?.items.length === 0 ? undefined : prices.data()?.items}>
        {(items) => (
          <PriceTable
            items={items()}
            currency={props.product.currency}
            onCancel={(each) => void cancel(each)}
          />
        )}
      </Show>
    </section>
  );
}

function PriceTable(props: {
  readonly items: readonly PriceChange[];
  readonly currency: string;
  readonly onCancel: (change: PriceChange) => void;
}): JSX.Element {
  const columns = texts.priceColumns;
  return (
    <div class="table-frame" tabIndex={0} role="region" aria-label={texts.prices}>
      <table class="table" data-testid="prices">
        <thead>
          <tr>
            <th scope="col">{columns.from}</th>
            <th scope="col" class="amount">
              {columns.price}
            </th>
            <th scope="col" class="amount">
              {columns.before}
            </th>
            <th scope="col">{columns.state}</th>
          </tr>
        </thead>
        <tbody>
          <For each={props.items}>
            {(change) => (
              <tr>
                <td>
                  <Moment at={change.from} as="dayAndTime" />
                </td>
                <td class="amount figure">{money(change.priceCents, props.currency)}</td>
                <td class="amount figure soft">
                  {change.previousCents === null ? '' : money(change.previousCents, props.currency)}
                </td>
                <td>
                  <Show when={change.state === 'planned'} fallback={texts.priceStates[change.state]}>
                    <button
                      type="button"
                      class="button small"
                      aria-label={texts.cancelOf(money(change.priceCents, props.currency))}
                      onClick={() => props.onCancel(change)}
                    >
                      {texts.cancelPrice}
                    </button>
                  </Show>
                </td>
              </tr>
            )}
          </For>
        </tbody>
      </table>
    </div>
  );
}

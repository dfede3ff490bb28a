import { useSearchParams } from '@solidjs/router';
import { createEffect, createSignal, For, Match, Show, Switch, type JSX } from 'solid-js';
import { asApiError, call, type ApiError } from '../api/client.ts';
import { createRemote } from '../api/remote.ts';
import type { Product, ProductList, Sale } from '../api/types.ts';
import { confirmBriefly } from '../components/announcer.tsx';
import { Empty } from '../components/empty.tsx';
import { Field, focusFirstError } from '../components/field.tsx';
import { Moment } from '../components/moment.tsx';
import { PageHead } from '../components/page.tsx';
import { Problem, WaitingButton } from '../components/problem.tsx';
import { ListSkeleton } from '../shop/orders-page.tsx';
import { texts } from '../texts.ts';
import { inventoryTexts } from './texts/inventory.ts';
import '../shop/form.css';
import '../shop/list-page.css';
import './flash-sales-page.css';

const PRODUCTS_FOUND_MAX = 8;
const HOUR_MS = 3_600_000;

export default function FlashSalesPage(): JSX.Element {
  const sales = createRemote<{ readonly items: readonly Sale[] }>(() => '/api/admin/flash-sales');
  return (
    <>
      <PageHead title={texts.sales.title} />
      <PlanForm onPlanned={sales.refetch} />
      <section aria-labelledby="sales-list">
        <h2 id="sales-list">{texts.sales.list}</h2>
        <Show when={sales.error()} keyed>
          {(error) => <Problem error={error} retry={sales.refetch} />}
        </Show>
        <Switch>
          <Match when={sales.data()?.items.length === 0}>
            <Empty title={texts.sales.emptyTitle} body={texts.sales.empty} />
          </Match>
          <Match when={sales.data()}>
            {(data) => (
              <div class="table-frame" tabIndex={0} role="region" aria-label={texts.sales.list}>
                <table class="table" data-testid="flash-sales">
                  <thead>
                    <tr>
                      <th scope="col">{texts.sales.columns.product}</th>
                      <th scope="col">{texts.sales.columns.state}</th>
                      <th scope="col">{texts.sales.columns.starts}</th>
                      <th scope="col">{texts.sales.columns.ends}</th>
                      <th scope="col" class="amount">
                        {texts.sales.columns.units}
                      </th>
                      <th scope="col" class="amount">
                        {inventoryTexts.stockLeft}
                      </th>
                      <th scope="col">{texts.sales.columns.action}</th>
                    </tr>
                  </thead>
                  <tbody>
                    <For each={data().items}>{(sale) => <SaleRow sale={sale} onEnded={sales.refetch} />}</For>
                  </tbody>
                </table>
              </div>
            )}
          </Match>
          <Match when={sales.error() === null}>
            <ListSkeleton />
          </Match>
        </Switch>
      </section>
    </>
  );
}

function SaleRow(props: { readonly sale: Sale; readonly onEnded: () => void }): JSX.Element {
  const [busy, setBusy] = createSignal(false);
  const product = createRemote<Product>(() => `/api/products/${encodeURIComponent(props.sale.productId)}`);
  const state = (): 'upcoming' | 'running' | 'over' => {
    if (Date.parse(props.sale.endsAt) <= Date.now()) return 'over';
    return Date.parse(props.sale.startsAt) > Date.now() ? 'upcoming' : 'running';
  };
  const end = async () => {
    setBusy(true);
    try {
      await call('POST', `/api/admin/flash-sales/${encodeURIComponent(props.sale.id)}/end`);
      confirmBriefly(texts.sales.ended);
      props.onEnded();
    } catch (thrown) {
      confirmBriefly(asApiError(thrown).message || texts.problem.unanswered);
    }
    setBusy(false);
  };
  return (
    <tr>
      <td>
        <a href={`/products/${encodeURIComponent(props.sale.productId)}`}>
          {product.data()?.name ?? props.sale.productId}
        </a>
      </td>
      <td>
        <span class="status" classList={{ brass: state() === 'running', wait: state() === 'upcoming' }}>
          {texts.sales.state[state()]}
        </span>
      </td>
      <td>
        <Moment at={props.sale.startsAt} as="dayAndTime" />
      </td>
      <td>
        <Moment at={props.sale.endsAt} as="dayAndTime" />
      </td>
      <td class="amount figure">{props.sale.units.toLocaleString('en')}</td>
      <td class="amount figure">
        <Show when={product.data()} keyed>
          {({ sku, available }) => (
            <a href={`/admin/inventory/sku/${encodeURIComponent(sku)}`}>{available.toLocaleString('en')}</a>
          )}
        </Show>
      </td>
      <td>
        <Show when={state() !== 'over'}>
          <button type="button" class="button small" aria-disabled={busy()} onClick={() => void end()}>
            {texts.sales.end}
          </button>
        </Show>
      </td>
    </tr>
  );
}

interface Draft {
  readonly product: Product | null;
  readonly startsAt: string;
  readonly endsAt: string;
  readonly units: string;
}

type Wrong = Partial<Record<'product' | 'startsAt' | 'endsAt' | 'units', string>>;

/** As `datetime-local` writes it: here, to the minute. */
function local(ms: number): string {
  const here = new Date(ms - new Date(ms).getTimezoneOffset() * 60_000);
  return here.toISOString().slice(0, 16);
}

function newDraft(): Draft {
  return { product: null, startsAt: local(Date.now()), endsAt: local(Date.now() + HOUR_MS), units: '100' };
}

function faultsOf({ product, startsAt, endsAt, units }: Draft): Wrong {
  const [start, end] = [Date.parse(startsAt), Date.parse(endsAt)];
  return {
    ...(product === null ? { product: texts.sales.bad.product } : {}),
    ...(Number.isNaN(start) ? { startsAt: texts.signIn.required } : {}),
    ...(Number.isNaN(end) ? { endsAt: texts.signIn.required } : {}),
    ...(end <= start ? { endsAt: texts.sales.bad.times } : {}),
    ...(end <= Date.now() ? { endsAt: texts.sales.bad.past } : {}),
    ...(/^[1-9]\d{0,5}$/.test(units.trim()) ? {} : { units: texts.sales.bad.units }),
  };
}

function PlanForm(props: { readonly onPlanned: () => void }): JSX.Element {
  const [draft, setDraft] = createSignal(newDraft());
  const [wrong, setWrong] = createSignal<Wrong>({});
  const [failure, setFailure] = createSignal<ApiError | null>(null);
  const [busy, setBusy] = createSignal(false);
  let form: HTMLFormElement | undefined;
  const change = (more: Partial<Draft>) => {
    setDraft({ ...draft(), ...more });
    setWrong({});
  };
  // The product that somebody came with, from the stock or from its own page.
  const [query] = useSearchParams<{ product?: string }>();
  const brought = createRemote<Product>(() =>
    query.product === undefined ? undefined : `/api/products/${encodeURIComponent(query.product)}`,
  );
  createEffect(() => {
    const product = brought.data();
    if (product !== undefined) setDraft((before) => ({ ...before, product }));
  });
  const send = async () => {
    if (busy()) return;
    const faults = faultsOf(draft());
    setWrong(faults);
    const { product, startsAt, endsAt, units } = draft();
    if (product === null || Object.keys(faults).length > 0) {
      focusFirstError(form);
      return;
    }
    setBusy(true);
    try {
      await call('POST', '/api/admin/flash-sales', {
        body: {
          productId: product.id,
          startsAt: new Date(startsAt).toISOString(),
          endsAt: new Date(endsAt).toISOString(),
          units: Number(units),
        },
      });
      setFailure(null);
      setDraft(newDraft());
      confirmBriefly(texts.sales.planned);
      props.onPlanned();
    } catch (thrown) {
      setFailure(asApiError(thrown));
    }
    setBusy(false);
  };
  return (
    <form
      ref={(element) => (form = element)}
      class="card plan-sale"
      noValidate
      aria-label={texts.sales.plan}
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
    >
      <ProductField
        value={draft().product}
        error={wrong().product}
        onChange={(product) => change({ product })}
      />
      <Field
        label={texts.sales.starts}
        name="startsAt"
        type="datetime-local"
        value={draft().startsAt}
        error={wrong().startsAt}
        onInput={(startsAt) => change({ startsAt })}
      />
      <Field
        label={texts.sales.ends}
        name="endsAt"
        type="datetime-local"
        value={draft().endsAt}
        error={wrong().endsAt}
        onInput={(endsAt) => change({ endsAt })}
      />
      <Field
        label={texts.sales.units}
        name="units"
        inputMode="numeric"
        value={draft().units}
        error={wrong().units}
        {...(draft().product === null
          ? {}
          : { hint: texts.sales.unitsHint(Math.max(0, draft().product?.available ?? 0)) })}
        onInput={(units) => change({ units })}
      />
      <Show when={failure()} keyed>
        {(error) => <Problem error={error} />}
      </Show>
      <WaitingButton class="primary" until={failure()?.retryAt} busy={busy()}>
        {texts.sales.submit}
      </WaitingButton>
    </form>
  );
}

/** Finds a product by its name as one types; the browser's own list offers what was found. */
function ProductField(props: {
  readonly value: Product | null;
  readonly error: string | undefined;
  readonly onChange: (product: Product | null) => void;
}): JSX.Element {
  const [words, setWords] = createSignal('');
  const found = createRemote<Pick<ProductList, 'items'>>(
    () => {
      const typed = words().trim();
      return typed === ''
        ? `/api/products?limit=${String(PRODUCTS_FOUND_MAX)}`
        : `/api/products/search?limit=${String(PRODUCTS_FOUND_MAX)}&q=${encodeURIComponent(typed)}`;
    },
    { keep: true },
  );
  const pick = (typed: string) => {
    setWords(typed);
    props.onChange(found.data()?.items.find(({ name }) => name === typed) ?? null);
  };
  return (
    <>
      <Field
        label={texts.sales.product}
        name="product"
        list="sale-products"
        hint={props.value === null ? texts.sales.choose : props.value.sku}
        value={props.value?.name ?? words()}
        error={props.error}
        onInput={pick}
      />
      <datalist id="sale-products">
        <For each={found.data()?.items}>{({ name }) => <option value={name} />}</For>
      </datalist>
    </>
  );
}

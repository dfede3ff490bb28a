/** From looks to orders: which products are opened, put into carts and ordered, and how many come from one step to the next. */
import { useSearchParams } from '@solidjs/router';
import { For, Show, type JSX } from 'solid-js';
import type { FunnelReport, FunnelSort } from '../../../core/services/analytics/funnel-ports.ts';
import { withQuery } from '../../api/client.ts';
import { createRemote } from '../../api/remote.ts';
import { Empty } from '../../components/empty.tsx';
import { Problem } from '../../components/problem.tsx';
import { texts as common } from '../../texts.ts';
import { FilterSelect } from '../forms/select.tsx';
import { percent } from '../models/measures.ts';
import { funnelTexts as texts } from '../texts/funnel.ts';
import './funnel.css';

const DAY_MS = 86_400_000;
const SPANS = ['1', '7', '28', '90'] as const;
const SPAN_DEFAULT = '7';
const SORT_DEFAULT: FunnelSort = 'viewed';
const SHOWN = 20;

type Item = FunnelReport['items'][number];

export function FunnelSection(): JSX.Element {
  const [query, setQuery] = useSearchParams<{ days?: string; sort?: string }>();
  const days = () => SPANS.find((span) => span === query.days) ?? SPAN_DEFAULT;
  const sort = () => query.sort ?? SORT_DEFAULT;
  const funnel = createRemote<FunnelReport>(
    () =>
      withQuery('/api/analytics/funnel', {
        from: new Date(Date.now() - (Number(days()) - 1) * DAY_MS).toISOString().slice(0, 10),
        sort: sort(),
        limit: SHOWN,
      }),
    { keep: true },
  );
  return (
    <section class="funnel" aria-labelledby="funnel-title">
      <header>
        <div>
          <h2 id="funnel-title">{texts.title}</h2>
          <p class="faint">{texts.under}</p>
        </div>
        <div class="tools">
          <FilterSelect
            label={texts.span}
            value={days()}
            options={SPANS.map((span) => ({ value: span, text: texts.spans[span] }))}
            onChange={(span) => setQuery({ days: span === SPAN_DEFAULT ? undefined : span })}
          />
          <FilterSelect
            label={texts.sort}
            value={sort()}
            options={Object.entries(texts.sorts).map(([value, text]) => ({ value, text }))}
            onChange={(value) => setQuery({ sort: value === SORT_DEFAULT ? undefined : value })}
          />
        </div>
      </header>
      <Show when={funnel.error()} keyed>
        {(error) => <Problem error={error} retry={funnel.refetch} />}
      </Show>
      <Show
        when={funnel.data()}
        fallback={
          <Show when={funnel.error() === null}>
            <p class="faint" role="status">
              {common.loading}
            </p>
          </Show>
        }
      >
        {(report) => (
          <Show
            when={report().items.length > 0}
            fallback={<Empty title={texts.noneTitle} body={texts.none} />}
          >
            <Totals of={report().totals} />
            <FunnelTable items={report().items} />
          </Show>
        )}
      </Show>
    </section>
  );
}

function Totals(props: { readonly of: FunnelReport['totals'] }): JSX.Element {
  return (
    <dl class="levels">
      <div class="card">
        <dt class="viewed">{texts.columns.viewed}</dt>
        <dd class="figure">{count(props.of.viewed)}</dd>
      </div>
      <div class="card">
        <dt class="added">{texts.columns.added}</dt>
        <dd class="figure">{count(props.of.added)}</dd>
        <dd>{texts.ofLooks(share(props.of.viewToCart))}</dd>
      </div>
      <div class="card">
        <dt class="ordered">{texts.columns.ordered}</dt>
        <dd class="figure">{count(props.of.ordered)}</dd>
        <dd>{texts.ofCarts(share(props.of.cartToOrder))}</dd>
      </div>
    </dl>
  );
}

function FunnelTable(props: { readonly items: readonly Item[] }): JSX.Element {
  const columns = texts.columns;
  const most = () =>
    Math.max(1, ...props.items.flatMap(({ viewed, added, ordered }) => [viewed, added, ordered]));
  return (
    <div class="table-frame" tabIndex={0} role="region" aria-label={texts.title}>
      <table class="table" data-testid="funnel">
        <thead>
          <tr>
            <th scope="col">{columns.product}</th>
            <For each={['viewed', 'added', 'ordered', 'viewToCart', 'cartToOrder'] as const}>
              {(column) => (
                <th scope="col" class="amount">
                  {columns[column]}
                </th>
              )}
            </For>
          </tr>
        </thead>
        <tbody>
          <For each={props.items}>
            {(item) => (
              <tr>
                <td class="funnel-product">
                  <a href={`/admin/products/${encodeURIComponent(item.productId)}`}>
                    {item.name ?? texts.gone(item.productId)}
                  </a>
                  <Bars of={item} most={most()} />
                </td>
                <td class="amount figure">{count(item.viewed)}</td>
                <td class="amount figure">{count(item.added)}</td>
                <td class="amount figure">{count(item.ordered)}</td>
                <td class="amount figure">{share(item.viewToCart)}</td>
                <td class="amount figure">{share(item.cartToOrder)}</td>
              </tr>
            )}
          </For>
        </tbody>
      </table>
    </div>
  );
}

/** The three counts beside each other; the table says them in figures. */
function Bars(props: { readonly of: Item; readonly most: number }): JSX.Element {
  return (
    <span class="funnel-bars" aria-hidden="true">
      <For each={['viewed', 'added', 'ordered'] as const}>
        {(step) => <i class={step} style={{ width: `${String((100 * props.of[step]) / props.most)}%` }} />}
      </For>
    </span>
  );
}

function count(value: number): string {
  return value.toLocaleString('en');
}

function share(value: number | null): string {
  return value === null ? texts.noShare : percent(value);
}

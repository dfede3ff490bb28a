/** Customers by segment, and those of value who may be leaving. */
import { For, Show, type JSX } from 'solid-js';
import type { CustomerAtRisk, SegmentSum } from '../../core/services/intelligence/trainers/churn.ts';
import { createRemote } from '../api/remote.ts';
import { Empty } from '../components/empty.tsx';
import { money } from '../components/format.ts';
import { PageHead } from '../components/page.tsx';
import { Problem } from '../components/problem.tsx';
import '../shop/list-page.css';
import { texts } from '../texts.ts';
import { customersTexts as words } from './texts/customers.ts';

/** The shop's one currency. */
const CURRENCY = 'USD';

interface Customers {
  readonly degraded: boolean;
  readonly customers: number;
  readonly weeks: number;
  readonly segments: readonly SegmentSum[];
  readonly atRisk: readonly (CustomerAtRisk & { readonly name: string; readonly email: string })[];
}

export default function CustomersPage(): JSX.Element {
  const customers = createRemote<Customers>(() => '/api/analytics/customers');
  const known = () => {
    const data = customers.data();
    return data === undefined || data.degraded ? undefined : data;
  };
  return (
    <>
      <PageHead
        title={words.title}
        under={
          <Show when={known()}>
            {(data) => <p class="faint">{words.under(count(data().customers), data().weeks)}</p>}
          </Show>
        }
      />
      <Show when={customers.error()} keyed>
        {(error) => <Problem error={error} retry={customers.refetch} />}
      </Show>
      <Show when={customers.data()} fallback={<p class="faint">{texts.loading}</p>}>
        <Show
          when={known()}
          fallback={
            <Empty title={words.none} body={words.noneBody}>
              <a class="button" href="/admin/models">
                {words.models}
              </a>
            </Empty>
          }
        >
          {(data) => (
            <>
              <Segments of={data().segments} />
              <AtRisk of={data().atRisk} />
            </>
          )}
        </Show>
      </Show>
    </>
  );
}

function Segments(props: { readonly of: readonly SegmentSum[] }): JSX.Element {
  const { columns } = words;
  return (
    <div class="table-frame" tabIndex={0} role="region" aria-label={words.segments}>
      <table class="table" data-testid="segments">
        <thead>
          <tr>
            <th scope="col">{columns.segment}</th>
            <th scope="col">{columns.customers}</th>
            <th scope="col">{columns.expected}</th>
            <th scope="col">{columns.year}</th>
          </tr>
        </thead>
        <tbody>
          <For each={props.of}>
            {(sum) => (
              <tr>
                <td>{words.segment[sum.segment]}</td>
                <td class="figure">{count(sum.customers)}</td>
                <td class="figure">{count(Math.round(sum.expectedPurchases))}</td>
                <td class="figure">{money(sum.yearCents, CURRENCY)}</td>
              </tr>
            )}
          </For>
        </tbody>
      </table>
    </div>
  );
}

function AtRisk(props: { readonly of: Customers['atRisk'] }): JSX.Element {
  const columns = words.atRiskColumns;
  return (
    <section>
      <h2>{words.atRisk}</h2>
      <p class="faint">{props.of.length === 0 ? words.atRiskNone : words.atRiskUnder}</p>
      <Show when={props.of.length > 0}>
        <div class="table-frame" tabIndex={0} role="region" aria-label={words.atRisk}>
          <table class="table" data-testid="at-risk">
            <thead>
              <tr>
                <th scope="col">{columns.customer}</th>
                <th scope="col">{columns.purchases}</th>
                <th scope="col">{columns.silent}</th>
                <th scope="col">{columns.alive}</th>
                <th scope="col">{columns.expected}</th>
                <th scope="col">{columns.year}</th>
              </tr>
            </thead>
            <tbody>
              <For each={props.of}>
                {(customer) => (
                  <tr>
                    <td>
                      <a href={`/admin/orders?customer=${encodeURIComponent(customer.userId)}`}>
                        {customer.name}
                      </a>
                    </td>
                    <td class="figure">{count(customer.purchases)}</td>
                    <td class="figure">{words.weeks(Math.round(customer.weeksSilent))}</td>
                    <td class="figure">{`${String(Math.round(customer.alive * 100))} %`}</td>
                    <td class="figure">{customer.expectedPurchases.toFixed(1)}</td>
                    <td class="figure">{money(customer.yearCents, CURRENCY)}</td>
                  </tr>
                )}
              </For>
            </tbody>
          </table>
        </div>
      </Show>
    </section>
  );
}

function count(value: number): string {
  return value.toLocaleString('en-US');
}

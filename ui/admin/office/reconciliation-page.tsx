import { createSignal, For, Match, Show, Switch, type JSX } from 'solid-js';
import { asApiError, call, type ApiError } from '../../api/client.ts';
import { createRemote } from '../../api/remote.ts';
import { confirmBriefly } from '../../components/announcer.tsx';
import { shortId } from '../../components/format.ts';
import { Moment } from '../../components/moment.tsx';
import { PageHead } from '../../components/page.tsx';
import { Problem, WaitingButton } from '../../components/problem.tsx';
import { ListSkeleton } from '../../shop/orders-page.tsx';
import '../../shop/list-page.css';
import { inventoryTexts as texts } from '../texts/inventory.ts';
import './office.css';
import { skuPath } from './stock-table.tsx';
import type { Reconciliation, StockDifference } from './stock-types.ts';

export default function ReconciliationPage(): JSX.Element {
  const runs = createRemote<{ readonly items: readonly Reconciliation[] }>(
    () => '/api/admin/inventory/reconciliations',
  );
  const [busy, setBusy] = createSignal(false);
  const [failure, setFailure] = createSignal<ApiError | null>(null);
  const run = async () => {
    setBusy(true);
    setFailure(null);
    try {
      const { differences } = await call<Reconciliation>('POST', '/api/admin/inventory/reconciliations');
      confirmBriefly(differences === 0 ? texts.ranWell : texts.ranBadly(differences));
    } catch (thrown) {
      setFailure(asApiError(thrown));
    }
    runs.refetch();
    setBusy(false);
  };
  const last = () => runs.data()?.items.find(({ finishedAt }) => finishedAt !== null);
  return (
    <>
      <PageHead
        title={texts.reconcileTitle}
        under={
          <p class="faint">
            <a href="/admin/inventory">{texts.title}</a> · {texts.reconcileUnder}
          </p>
        }
      >
        <WaitingButton type="button" until={failure()?.retryAt} busy={busy()} onClick={() => void run()}>
          {texts.run}
        </WaitingButton>
      </PageHead>
      <Show when={failure() ?? runs.error()} keyed>
        {(error) => <Problem error={error} retry={runs.refetch} />}
      </Show>
      <Show when={last()?.differences === 0 ? undefined : last()} keyed>
        {(found) => <Differences run={found} />}
      </Show>
      <section class="office-section" aria-labelledby="runs">
        <h2 id="runs">{texts.runs}</h2>
        <Switch>
          <Match when={runs.data()?.items.length === 0}>
            <p class="faint">{texts.noRuns}</p>
          </Match>
          <Match when={runs.data()}>{(data) => <RunTable items={data().items} />}</Match>
          <Match when={runs.error() === null}>
            <ListSkeleton />
          </Match>
        </Switch>
      </section>
    </>
  );
}

function RunTable(props: { readonly items: readonly Reconciliation[] }): JSX.Element {
  const columns = texts.runColumns;
  return (
    <div class="table-frame" tabIndex={0} role="region" aria-label={texts.runs}>
      <table class="table" data-testid="reconciliations">
        <thead>
          <tr>
            <th scope="col">{columns.at}</th>
            <th scope="col">{columns.by}</th>
            <th scope="col" class="amount">
              {columns.skus}
            </th>
            <th scope="col">{columns.result}</th>
          </tr>
        </thead>
        <tbody>
          <For each={props.items}>
            {(run) => (
              <tr>
                <td>
                  <Moment at={run.startedAt} as="dayAndTime" />
                </td>
                <td>{run.askedBy === null ? texts.schedule : shortId(run.askedBy)}</td>
                <td class="amount figure">{run.skus.toLocaleString('en')}</td>
                <td>
                  <RunResult run={run} />
                </td>
              </tr>
            )}
          </For>
        </tbody>
      </table>
    </div>
  );
}

function RunResult(props: { readonly run: Reconciliation }): JSX.Element {
  const failed = () => props.run.problem !== null;
  const fine = () => props.run.finishedAt !== null && !failed() && props.run.differences === 0;
  const words = () => {
    if (failed()) return texts.failed;
    if (props.run.finishedAt === null) return texts.running;
    return fine() ? texts.fine : texts.ranBadly(props.run.differences);
  };
  return (
    <span
      class="status"
      classList={{ good: fine(), bad: failed() || props.run.differences > 0 }}
      title={props.run.problem ?? ''}
    >
      {words()}
    </span>
  );
}

function Differences(props: { readonly run: Reconciliation }): JSX.Element {
  const found = createRemote<{ readonly items: readonly StockDifference[] }>(
    () => `/api/admin/inventory/reconciliations/${encodeURIComponent(props.run.id)}/differences`,
  );
  const columns = texts.differenceColumns;
  return (
    <section class="office-section" aria-labelledby="differences">
      <h2 id="differences">{texts.differences}</h2>
      <div class="notice bad" role="alert">
        <strong>{texts.ranBadly(props.run.differences)}</strong>
      </div>
      <div class="table-frame" tabIndex={0} role="region" aria-label={texts.differences}>
        <table class="table" data-testid="differences">
          <thead>
            <tr>
              <th scope="col">{columns.sku}</th>
              <th scope="col">{columns.warehouse}</th>
              <th scope="col">{columns.kind}</th>
              <th scope="col" class="amount">
                {columns.counter}
              </th>
              <th scope="col" class="amount">
                {columns.told}
              </th>
            </tr>
          </thead>
          <tbody>
            <For each={found.data()?.items}>
              {(difference) => (
                <tr>
                  <td>
                    <a class="mono" href={skuPath(difference.sku)}>
                      {difference.sku}
                    </a>
                  </td>
                  <td>{difference.warehouseId}</td>
                  <td>{texts.differenceKinds[difference.kind] ?? difference.kind}</td>
                  <td class="amount figure">{difference.counter.toLocaleString('en')}</td>
                  <td class="amount figure">{difference.told.toLocaleString('en')}</td>
                </tr>
              )}
            </For>
          </tbody>
        </table>
      </div>
    </section>
  );
}

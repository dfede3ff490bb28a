/** A stock file: chosen, previewed line by line, then applied; the address keeps which one. */
import { useSearchParams } from '@solidjs/router';
import { createEffect, createSignal, For, Match, onCleanup, Show, Switch, type JSX } from 'solid-js';
import { asApiError, call, withQuery, type ApiError } from '../../api/client.ts';
import { createRemote, type Remote } from '../../api/remote.ts';
import { createCursorList } from '../../components/cursor-list.ts';
import { PageHead } from '../../components/page.tsx';
import { Refusal } from '../../components/form.tsx';
import { Problem, WaitingButton } from '../../components/problem.tsx';
import { createReasoned, ReasonField } from '../forms/reason.tsx';
import { FilterSelect } from '../forms/select.tsx';
import { ListFrame } from '../list-frame.tsx';
import '../../shop/list-page.css';
import { inventoryTexts as texts } from '../texts/inventory.ts';
import './office.css';
import type { ImportLineView, StockImport } from './stock-types.ts';

const FILE_BYTES_MAX = 1024 * 1024;
const PROGRESS_MS = 500;

export default function ImportPage(): JSX.Element {
  const [query, setQuery] = useSearchParams<{ id?: string }>();
  return (
    <>
      <PageHead
        title={texts.importTitle}
        under={
          <p class="faint">
            <a href="/admin/inventory">{texts.title}</a> · {texts.importUnder}
          </p>
        }
      />
      <Show when={query.id} fallback={<Chooser onPreviewed={(id) => setQuery({ id })} />} keyed>
        {(id) => <Preview id={id} onAnother={() => setQuery({ id: undefined })} />}
      </Show>
    </>
  );
}

function Chooser(props: { readonly onPreviewed: (id: string) => void }): JSX.Element {
  const [file, setFile] = createSignal<File | null>(null);
  const [busy, setBusy] = createSignal(false);
  const [failure, setFailure] = createSignal<ApiError | null>(null);
  const tooLarge = () => (file()?.size ?? 0) > FILE_BYTES_MAX;
  const send = async (chosen: File | null) => {
    setFile(chosen);
    setFailure(null);
    if (chosen === null || tooLarge()) return;
    setBusy(true);
    try {
      const made = await call<StockImport>('POST', '/api/admin/inventory/imports', {
        file: chosen,
        headers: { 'content-type': 'text/csv' },
      });
      props.onPreviewed(made.id);
    } catch (thrown) {
      setFailure(asApiError(thrown));
    }
    setBusy(false);
  };
  return (
    <div class="upload">
      <label class="field-label" for="stock-file">
        {texts.chosen}
      </label>
      <input
        id="stock-file"
        type="file"
        accept=".csv,text/csv"
        disabled={busy()}
        aria-invalid={tooLarge()}
        onChange={(event) => {
          const [chosen = null] = event.currentTarget.files ?? [];
          void send(chosen);
          // The same file, changed, can be chosen again.
          event.currentTarget.value = '';
        }}
      />
      <Show when={tooLarge()}>
        <p class="line-faults" role="alert">
          {texts.tooLarge}
        </p>
      </Show>
      <Show when={failure()} keyed>
        {(error) => <Problem error={error} />}
      </Show>
    </div>
  );
}

function Preview(props: { readonly id: string; readonly onAnother: () => void }): JSX.Element {
  const path = () => `/api/admin/inventory/imports/${encodeURIComponent(props.id)}`;
  const made = createRemote<StockImport>(path, { keep: true });
  createEffect(() => {
    if (made.data()?.state !== 'applying') return;
    const timer = setInterval(made.refetch, PROGRESS_MS);
    onCleanup(() => clearInterval(timer));
  });
  return (
    <>
      <Show when={made.error()} keyed>
        {(error) => <Problem error={error} retry={made.refetch} />}
      </Show>
      <Show when={made.data()}>
        {(shown) => (
          <>
            <p class="figure" data-testid="import-counts">
              {texts.counts(shown().lines, shown().changes, shown().unchanged, shown().bad)}
            </p>
            <Switch>
              <Match when={shown().state === 'previewed'}>
                <p class="faint">{texts.previewed}</p>
                <Show when={shown().changes > 0}>
                  <ApplyForm path={path()} made={made} changes={shown().changes} />
                </Show>
              </Match>
              <Match when={shown().state !== 'previewed'}>
                <Progress made={shown()} />
              </Match>
            </Switch>
            <Show when={shown().state} keyed>
              {(_state) => <Lines path={path()} made={shown()} />}
            </Show>
          </>
        )}
      </Show>
      <div class="pager">
        <button type="button" class="button" onClick={() => props.onAnother()}>
          {texts.another}
        </button>
      </div>
    </>
  );
}

function ApplyForm(props: {
  readonly path: string;
  readonly made: Remote<StockImport>;
  readonly changes: number;
}): JSX.Element {
  const form = createReasoned();
  const send = async () => {
    props.made.set(
      await call<StockImport>('POST', `${props.path}/apply`, { body: { reason: form.reason() } }),
    );
  };
  return (
    <form
      class="import-apply"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void form.submission.submit(event.currentTarget, send);
      }}
    >
      <ReasonField {...form.field} hint={texts.reasonHint} />
      <WaitingButton until={form.submission.failure()?.retryAt} busy={form.submission.busy()}>
        {texts.apply(props.changes)}
      </WaitingButton>
      <Refusal submission={form.submission} />
    </form>
  );
}

function Progress(props: { readonly made: StockImport }): JSX.Element {
  const done = () => props.made.applied + props.made.refused;
  return (
    <>
      <progress
        class="import-progress"
        max={props.made.changes}
        value={done()}
        aria-label={texts.progress(done(), props.made.changes)}
      />
      <p class="figure" role="status" data-testid="import-result">
        {props.made.state === 'applied'
          ? texts.applied(props.made.applied, props.made.refused)
          : texts.progress(done(), props.made.changes)}
      </p>
    </>
  );
}

type Shown = 'all' | 'changes' | 'bad' | 'refused';

function Lines(props: { readonly path: string; readonly made: StockImport }): JSX.Element {
  const [shown, setShown] = createSignal<Shown>(props.made.bad > 0 ? 'bad' : 'all');
  const lines = createCursorList<ImportLineView>(
    (cursor) => withQuery(`${props.path}/lines`, { show: shown(), cursor: cursor ?? undefined }),
    { keep: true },
  );
  const columns = texts.lineColumns;
  return (
    <section class="office-section" aria-labelledby="import-lines">
      <header>
        <h2 id="import-lines">{texts.lines}</h2>
        <FilterSelect
          label={texts.lines}
          value={shown()}
          options={(['all', 'changes', 'bad', 'refused'] as const).map((show) => ({
            value: show,
            text: texts.show[show],
          }))}
          onChange={(show) => setShown(show as Shown)}
        />
      </header>
      <ListFrame list={lines} empty={<p class="faint">{texts.noLines}</p>}>
        {(items) => (
          <div class="table-frame" tabIndex={0} role="region" aria-label={texts.lines}>
            <table class="table" data-testid="import-lines">
              <thead>
                <tr>
                  <th scope="col" class="amount">
                    {columns.line}
                  </th>
                  <th scope="col">{columns.sku}</th>
                  <th scope="col">{columns.warehouse}</th>
                  <th scope="col" class="amount">
                    {columns.now}
                  </th>
                  <th scope="col" class="amount">
                    {columns.change}
                  </th>
                  <th scope="col">{columns.result}</th>
                </tr>
              </thead>
              <tbody>
                <For each={items()}>{(line) => <Line line={line} />}</For>
              </tbody>
            </table>
          </div>
        )}
      </ListFrame>
    </section>
  );
}

function Line(props: { readonly line: ImportLineView }): JSX.Element {
  const change = () => props.line.delta ?? 0;
  const result = () => {
    const { outcome, delta } = props.line;
    if (outcome !== null) return texts.outcome[outcome] ?? texts.refused(outcome);
    return delta === 0 ? texts.outcome['unchanged'] : '';
  };
  return (
    <tr>
      <td class="amount figure">{props.line.line}</td>
      <td class="mono">{props.line.sku}</td>
      <td>{props.line.warehouseId}</td>
      <td class="amount figure">{props.line.onHand?.toLocaleString('en') ?? ''}</td>
      <td class="amount figure">
        {change() === 0 ? '' : `${change() > 0 ? '+' : ''}${change().toLocaleString('en')}`}
      </td>
      <td>
        <Show when={props.line.errors.length > 0} fallback={result()}>
          <ul class="line-faults">
            <For each={props.line.errors}>
              {({ field, message }) => (
                <li>
                  <span class="mono">{field}</span> {message}
                </li>
              )}
            </For>
          </ul>
        </Show>
      </td>
    </tr>
  );
}

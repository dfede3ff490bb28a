import { For, Index, Show, type JSX } from 'solid-js';
import type { HealthReport, QueueState, SlowStatement } from '../../../core/services/observation/report.ts';
import { systemTexts } from '../texts/system.ts';
import { EventTable } from './event-table.tsx';
import { type Column, MeasureTable } from './measure-table.tsx';
import { bytes, millis, rate, whole } from './measures.ts';

const { health: words } = systemTexts;
const { columns } = words;
const PARTITION_QUEUE = /\.p\d+$/;

/** Queues worth a line: shared ones, those of retries and dead letters that hold something, partitions that are behind. */
export function QueueTable(props: { readonly report: HealthReport }): JSX.Element {
  const answer = () => ('answer' in props.report.queues ? props.report.queues.answer : undefined);
  const worthALine = ({ name, ready }: QueueState): boolean =>
    ready > 0 ||
    !(PARTITION_QUEUE.test(name) || name.startsWith('retry.') || name.startsWith('dead-letters.'));
  const shown = () => (answer()?.queues ?? []).filter(worthALine);
  const quiet = () =>
    (answer()?.queues ?? []).filter((queue) => PARTITION_QUEUE.test(queue.name) && !worthALine(queue)).length;
  const common: readonly Column<QueueState>[] = [
    { title: columns.queue, of: ({ name }) => <span class="mono">{name}</span> },
    {
      title: columns.ready,
      of: ({ ready }) => whole(ready),
      figure: true,
      alarm: ({ ready }) => ready > 500,
    },
    { title: columns.consumers, of: ({ consumers }) => whole(consumers), figure: true },
  ];
  const told: readonly Column<QueueState>[] = [
    { title: columns.unacknowledged, of: ({ unacknowledged }) => whole(unacknowledged ?? 0), figure: true },
    { title: columns.in, of: ({ inPerSecond }) => rate(inPerSecond ?? 0), figure: true },
    { title: columns.out, of: ({ outPerSecond }) => rate(outPerSecond ?? 0), figure: true },
  ];
  return (
    <MeasureTable
      id="queues"
      title={words.queues}
      columns={answer()?.source === 'management' ? [...common, ...told] : common}
      rows={shown()}
      empty={'problem' in props.report.queues ? props.report.queues.problem : '–'}
      note={
        <Show when={answer()}>
          {(known) => (
            <p class="faint small">
              {words.source[known().source]} {words.quietQueues(quiet())}
            </p>
          )}
        </Show>
      }
    />
  );
}

export function StoreFacts(props: { readonly report: HealthReport }): JSX.Element {
  const { database: titles } = words;
  const facts = (): readonly {
    readonly title: string;
    readonly value: string;
    readonly alarm: boolean;
  }[] => {
    const { database, transient } = props.report;
    const known = 'answer' in database ? database.answer : undefined;
    return [
      { title: titles.latency, value: known ? millis(known.latencyMs) : titles.away, alarm: !known },
      { title: titles.size, value: known ? bytes(known.bytes) : '–', alarm: false },
      {
        title: titles.connections,
        value: known ? titles.of(known.connections, known.connectionsMax) : '–',
        alarm: known !== undefined && known.connections > 0.9 * known.connectionsMax,
      },
      { title: titles.version, value: known?.version.split(' ')[0] ?? '–', alarm: false },
      {
        title: titles.transient,
        value: 'answer' in transient ? millis(transient.answer.latencyMs) : titles.away,
        alarm: 'problem' in transient,
      },
    ];
  };
  return (
    <section class="measures" id="database" aria-labelledby="database-title">
      <header>
        <h2 id="database-title">{words.stores}</h2>
      </header>
      <dl class="health-figures">
        <For each={facts().map(({ title }) => title)}>
          {(title, index) => (
            <div classList={{ alarm: facts()[index()]?.alarm === true }}>
              <dt>{title}</dt>
              <dd>{facts()[index()]?.value}</dd>
            </div>
          )}
        </For>
      </dl>
    </section>
  );
}

const statementColumns: readonly Column<HealthReport['statements'][number]>[] = [
  { title: columns.statement, of: ({ name }) => <span class="mono">{name}</span> },
  { title: columns.calls, of: ({ count }) => whole(count), figure: true },
  { title: columns.sum, of: ({ sumMs }) => millis(sumMs), figure: true },
  { title: columns.p50, of: ({ p50Ms }) => millis(p50Ms), figure: true },
  { title: columns.p99, of: ({ p99Ms }) => millis(p99Ms), figure: true },
  { title: columns.max, of: ({ maxMs }) => millis(maxMs), figure: true },
];
const slowColumns: readonly Column<SlowStatement>[] = [
  { title: columns.statement, of: ({ sql }) => <code class="sql">{sql}</code> },
  { title: columns.calls, of: ({ calls }) => whole(calls), figure: true },
  { title: columns.sum, of: ({ totalMs }) => millis(totalMs), figure: true },
  { title: columns.mean, of: ({ meanMs }) => millis(meanMs), figure: true },
  { title: columns.max, of: ({ maxMs }) => millis(maxMs), figure: true },
];

export function StatementTables(props: { readonly report: HealthReport }): JSX.Element {
  const slow = () =>
    'answer' in props.report.slowStatements ? props.report.slowStatements.answer : undefined;
  return (
    <>
      <MeasureTable
        id="statements"
        title={words.statements}
        columns={statementColumns}
        rows={props.report.statements}
        empty="–"
      />
      <Show when={slow()}>
        {(rows) => (
          <MeasureTable
            id="slow-statements"
            title={words.slowStatements}
            columns={slowColumns}
            rows={rows()}
            empty="–"
          />
        )}
      </Show>
    </>
  );
}

export function RecentErrors(props: { readonly report: HealthReport }): JSX.Element {
  const errors = () => ('answer' in props.report.recentErrors ? props.report.recentErrors.answer : []);
  return (
    <section class="measures" id="errors" aria-labelledby="errors-title">
      <header>
        <h2 id="errors-title">{words.errors}</h2>
        <a href="/admin/events">{words.allEvents}</a>
      </header>
      <Show when={errors().length > 0} fallback={<p class="faint">{words.noErrors}</p>}>
        <EventTable label={words.errors}>
          <Index each={errors()}>{(event) => <EventTable.Row of={event()} />}</Index>
        </EventTable>
      </Show>
    </section>
  );
}

import { Show, type JSX } from 'solid-js';
import type {
  HealthReport,
  LineHealth,
  ProcessHealth,
  ServiceHealth,
} from '../../../core/services/observation/report.ts';
import { systemTexts } from '../texts/system.ts';
import { type Column, MeasureTable } from './measure-table.tsx';
import { bytes, millis, percent, rate, uptime, whole } from './measures.ts';

const { health: words } = systemTexts;
const { columns, hints } = words;
/** A process of everything names no service in particular. */
const ALL_SERVICES = 11;

const serviceColumns: readonly Column<ServiceHealth>[] = [
  { title: columns.service, of: ({ service }) => <strong>{service}</strong> },
  { title: columns.processes, of: ({ processes }) => whole(processes.length), figure: true },
  { title: columns.perSecond, of: (row) => rate(row.messagesPerSecond), figure: true },
  {
    title: columns.batch,
    hint: hints.batch,
    of: (row) => (row.batchMessages === 0 ? '–' : rate(row.batchMessages)),
    figure: true,
  },
  { title: columns.commitP50, of: (row) => millis(row.commits.p50Ms), figure: true },
  { title: columns.commitP99, of: (row) => millis(row.commits.p99Ms), figure: true },
  { title: columns.backlog, hint: hints.backlog, of: (row) => whole(row.backlog), figure: true },
  { title: columns.unconfirmed, hint: hints.unconfirmed, of: (row) => whole(row.unconfirmed), figure: true },
  { title: columns.retried, of: (row) => whole(row.retried), figure: true },
  {
    title: columns.again,
    hint: hints.again,
    of: (row) => whole(row.again),
    figure: true,
    alarm: (row) => row.again > 0,
  },
  { title: columns.buried, of: (row) => whole(row.buried), figure: true, alarm: (row) => row.buried > 0 },
];

/** Services that handle messages; the others are told by their routes. */
export function ServiceTable(props: { readonly report: HealthReport }): JSX.Element {
  const rows = () =>
    props.report.services.filter(({ commits, partitions }) => commits.count > 0 || partitions > 0);
  return (
    <MeasureTable id="services" title={words.services} columns={serviceColumns} rows={rows()} empty="–" />
  );
}

const tones = { running: 'good', silent: 'bad', stopped: '' } as const;

export function ProcessTable(props: { readonly report: HealthReport }): JSX.Element {
  const now = () => Date.parse(props.report.at);
  const all: readonly Column<ProcessHealth>[] = [
    {
      title: columns.process,
      of: ({ id, host, pid }) => (
        <span class="mono" title={`${host}, pid ${String(pid)}`}>
          {id}
        </span>
      ),
    },
    {
      title: columns.state,
      of: ({ state }) => <span class={`status ${tones[state]}`}>{words.states[state]}</span>,
    },
    {
      title: columns.runs,
      of: ({ services, build }) => (
        <span class="runs faint" title={`${services.join(', ')} · ${build}`}>
          {services.length === ALL_SERVICES ? words.allServices : services.join(', ')}
        </span>
      ),
    },
    { title: columns.since, of: ({ startedAt }) => uptime(startedAt, now()), figure: true },
    { title: columns.cpu, of: ({ cpu }) => percent(cpu), figure: true },
    { title: columns.memory, of: ({ memoryBytes }) => bytes(memoryBytes), figure: true },
    {
      title: columns.loop,
      of: ({ loopDelayMs }) => millis(loopDelayMs),
      figure: true,
      alarm: ({ loopDelayMs }) => loopDelayMs > 250,
    },
    {
      title: columns.pool,
      of: ({ pool }) => (pool === undefined ? '–' : words.database.of(pool.open - pool.idle, pool.max)),
      figure: true,
      alarm: ({ pool }) => (pool?.waiting ?? 0) > 0,
    },
  ];
  return (
    <MeasureTable
      id="processes"
      title={words.processes}
      columns={all}
      rows={props.report.processes}
      empty="–"
    />
  );
}

const routeColumns: readonly Column<HealthReport['routes'][number]>[] = [
  {
    title: columns.route,
    of: ({ method, route }) => (
      <span class="mono">
        <span class="faint">{method}</span> {route}
      </span>
    ),
  },
  { title: columns.requests, of: (row) => rate(row.perSecond), figure: true },
  {
    title: columns.failed,
    of: (row) => percent(row.failedShare),
    figure: true,
    alarm: (row) => row.failedShare > 0.01,
  },
  { title: columns.p50, of: (row) => millis(row.p50Ms), figure: true },
  { title: columns.p95, of: (row) => millis(row.p95Ms), figure: true },
  { title: columns.p99, of: (row) => millis(row.p99Ms), figure: true },
  { title: columns.max, of: (row) => millis(row.maxMs), figure: true },
];

export function RouteTable(props: { readonly report: HealthReport }): JSX.Element {
  return (
    <MeasureTable
      id="routes"
      title={words.routes}
      columns={routeColumns}
      rows={props.report.routes}
      empty={words.noRoutes}
    />
  );
}

const lineColumns: readonly Column<LineHealth>[] = [
  { title: columns.sku, of: ({ sku }) => <span class="mono">{sku}</span> },
  { title: columns.line, of: ({ waiting }) => whole(waiting), figure: true },
  { title: columns.head, of: ({ headAgeMs }) => millis(headAgeMs), figure: true },
  { title: columns.openTurns, of: ({ openTurns }) => whole(openTurns), figure: true },
  { title: columns.turns, of: ({ turnsPerSecond }) => rate(turnsPerSecond), figure: true },
  {
    title: columns.still,
    of: ({ stillMs }) => (stillMs === 0 ? '–' : millis(stillMs)),
    figure: true,
    alarm: ({ stillMs }) => stillMs > 600_000,
  },
  { title: columns.sold, of: ({ sold, units }) => words.database.of(sold, units), figure: true },
];

/** Only while a flash sale has a line. */
export function LineTable(props: { readonly report: HealthReport }): JSX.Element {
  const rows = () => ('answer' in props.report.lines ? props.report.lines.answer : []);
  return (
    <Show when={rows().length > 0}>
      <MeasureTable id="lines" title={words.lines} columns={lineColumns} rows={rows()} />
    </Show>
  );
}

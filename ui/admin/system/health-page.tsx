/** How the whole platform is, on one page that keeps itself fresh: what is wrong first, then all its parts. */
import { For, Index, Show, type JSX } from 'solid-js';
import type { HealthReport, Problem as Trouble } from '../../../core/services/observation/report.ts';
import { createRemote } from '../../api/remote.ts';
import { Moment } from '../../components/moment.tsx';
import { PageHead } from '../../components/page.tsx';
import { Problem } from '../../components/problem.tsx';
import { ListSkeleton } from '../../shop/orders-page.tsx';
import { systemTexts } from '../texts/system.ts';
import { LineTable, ProcessTable, RouteTable, ServiceTable } from './engine-tables.tsx';
import { keepFresh } from './keep-fresh.ts';
import { millis, rate, whole } from './measures.ts';
import { PartitionMap } from './partition-map.tsx';
import { QueueTable, RecentErrors, StatementTables, StoreFacts } from './store-tables.tsx';
import '../../shop/list-page.css';
import './health.css';

const EVERY_MS = 2_000;
const { health: words } = systemTexts;

export default function HealthPage(): JSX.Element {
  const report = createRemote<HealthReport>(() => '/api/ops/health', { keep: true });
  keepFresh(report.refetch, EVERY_MS);
  return (
    <div class="health">
      <PageHead title={words.title} under={<p class="faint">{words.under(report.data()?.seconds ?? 60)}</p>}>
        <Show when={report.data()?.at}>
          {(at) => (
            <p class="faint as-of">
              {words.asOf} <Moment at={at()} as="clock" />
            </p>
          )}
        </Show>
      </PageHead>
      <Show when={report.error()} keyed>
        {(error) => <Problem error={error} retry={report.refetch} />}
      </Show>
      <Show
        when={report.data()}
        fallback={
          <Show when={report.error() === null}>
            <ListSkeleton />
          </Show>
        }
      >
        {(data) => (
          <>
            <Troubles report={data()} />
            <Figures report={data()} />
            <ServiceTable report={data()} />
            <ProcessTable report={data()} />
            <PartitionMap report={data()} />
            <LineTable report={data()} />
            <RouteTable report={data()} />
            <QueueTable report={data()} />
            <StoreFacts report={data()} />
            <StatementTables report={data()} />
            <RecentErrors report={data()} />
          </>
        )}
      </Show>
    </div>
  );
}

function Troubles(props: { readonly report: HealthReport }): JSX.Element {
  const troubles = () => props.report.problems;
  const resting = () => ('answer' in props.report.resting ? props.report.resting.answer : []);
  return (
    <div
      class="troubles"
      classList={{ bad: props.report.status === 'error', wait: props.report.status === 'warn' }}
      role="status"
      data-testid="health-status"
      data-status={props.report.status}
    >
      <strong>{troubles().length === 0 ? words.ok : words.problems(troubles().length)}</strong>
      <Show when={troubles().length > 0} fallback={<p class="faint">{words.okBody}</p>}>
        <ul>
          <Index each={troubles()}>{(trouble) => <TroubleLine of={trouble()} />}</Index>
        </ul>
      </Show>
      <Show when={resting().length > 0}>
        <p class="faint" data-testid="resting">
          {words.resting} {resting().join(', ')} <a href="/admin/pauses">{words.pauses}</a>
        </p>
      </Show>
    </div>
  );
}

function TroubleLine(props: { readonly of: Trouble }): JSX.Element {
  return (
    <li>
      <span class={`status ${props.of.level === 'error' ? 'bad' : 'brass'}`}>
        {words.levels[props.of.level]}
      </span>
      <span>{props.of.text}</span>
      <a href={props.of.link}>{words.mend}</a>
    </li>
  );
}

function Figures(props: { readonly report: HealthReport }): JSX.Element {
  const queues = () => ('answer' in props.report.queues ? props.report.queues.answer.queues : []);
  const slowest = () =>
    props.report.routes.reduce<number | null>((most, { p99Ms }) => Math.max(most ?? 0, p99Ms ?? 0), null);
  const failed = () => ('answer' in props.report.failedOrders ? props.report.failedOrders.answer : '–');
  const { figures } = words;
  const shown = (): readonly { title: string; value: string; alarm?: boolean }[] => [
    {
      title: figures.processes,
      value: whole(props.report.processes.filter(({ state }) => state === 'running').length),
    },
    {
      title: figures.messages,
      value: rate(props.report.services.reduce((sum, each) => sum + each.messagesPerSecond, 0)),
    },
    {
      title: figures.requests,
      value: rate(props.report.routes.reduce((sum, each) => sum + each.perSecond, 0)),
    },
    { title: figures.slowest, value: millis(slowest()) },
    { title: figures.waiting, value: whole(queues().reduce((sum, { ready }) => sum + ready, 0)) },
    { title: figures.failed, value: failed(), alarm: failed() !== '0' && failed() !== '–' },
  ];
  return (
    <dl class="health-figures" aria-label={figures.label}>
      <For each={shown().map(({ title }) => title)}>
        {(title, index) => (
          <div classList={{ alarm: shown()[index()]?.alarm === true }}>
            <dt>{title}</dt>
            <dd>{shown()[index()]?.value}</dd>
          </div>
        )}
      </For>
    </dl>
  );
}

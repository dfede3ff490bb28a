/**
 * All sagas of a kind at once: how many stand in each state, what moves along each line, and who is in the state one looks at.
 * The address holds the state, the drawing with the part of it that is seen, and whether it is held still.
 */
import { useNavigate, useSearchParams } from '@solidjs/router';
import { createMemo, For, Show, type JSX } from 'solid-js';
import type { Anomaly } from '../../../core/services/observation/anomalies.ts';
import type { HealthReport } from '../../../core/services/observation/report.ts';
import type { Fleet, SagaGraph as Graph, StateCount } from '../../../core/services/sagas/ports.ts';
import { createRemote } from '../../api/remote.ts';
import { PageHead } from '../../components/page.tsx';
import { Problem } from '../../components/problem.tsx';
import { sagaTexts } from '../texts/sagas.ts';
import { countText, fleetMarks, flowOf } from './fleet-marks.ts';
import { LiveSwitch } from './live-switch.tsx';
import { poll } from './polling.ts';
import { createRested } from './rested.ts';
import { SagaGraph } from './saga-graph.tsx';
import { StatePanel } from './state-panel.tsx';
import { rate, span } from './wording.ts';
import './fleet-page.css';

const KIND = 'order';
const EVERY_MS = 1_500;
/** What is odd is counted by the minute. */
const HEALTH_EVERY_MS = 15_000;
const { fleet: words } = sagaTexts;

export default function FleetPage(): JSX.Element {
  const [query, setQuery] = useSearchParams<{
    state?: string;
    drawing?: string;
    view?: string;
    paused?: string;
  }>();
  const navigate = useNavigate();
  const graph = createRemote<Graph>(
    () => `/api/ops/sagas/${KIND}/graph?drawing=${query.drawing === 'labelled' ? 'labelled' : 'compact'}`,
    { keep: true },
  );
  const fleet = createRemote<Fleet>(() => `/api/ops/sagas/${KIND}/fleet`, { keep: true });
  const health = createRemote<Pick<HealthReport, 'anomalies'>>(() => '/api/ops/health', { keep: true });
  const paused = () => query.paused === '1';
  poll(
    () => fleet.refetch(),
    () => EVERY_MS,
    () => !paused(),
  );
  poll(
    () => health.refetch(),
    () => HEALTH_EVERY_MS,
    () => !paused(),
  );
  const marks = createMemo(() => fleetMarks(graph.data(), fleet.data(), health.data()?.anomalies));
  const select = (state: string | undefined) => setQuery({ state }, { replace: false });
  const [view, setView] = createRested(
    () => query.view,
    (next) => setQuery({ view: next }, { replace: true, scroll: false }),
  );

  return (
    <div class="fleet">
      <PageHead title={sagaTexts.title} under={<p class="faint">{sagaTexts.under}</p>}>
        <div class="tools">
          <form
            onSubmit={(event) => {
              event.preventDefault();
              const id = new FormData(event.currentTarget).get('id');
              if (typeof id === 'string' && id.trim() !== '')
                navigate(`/admin/sagas/${KIND}/${encodeURIComponent(id.trim())}`);
            }}
          >
            <input
              class="input"
              type="search"
              name="id"
              aria-label={words.find}
              placeholder={words.findHint}
              autocomplete="off"
              maxLength={100}
            />
          </form>
          <LiveSwitch
            paused={paused()}
            stale={fleet.error() !== null}
            onPaused={(held) => setQuery({ paused: held ? '1' : undefined }, { replace: true })}
          />
        </div>
      </PageHead>
      <Show when={graph.error() ?? (fleet.data() === undefined ? fleet.error() : null)} keyed>
        {(error) => (
          <Problem error={error} retry={() => (graph.error() === null ? fleet : graph).refetch()} />
        )}
      </Show>
      <Figures fleet={fleet.data()} graph={graph.data()} />
      <Oddities anomalies={health.data()?.anomalies ?? []} onSelect={select} />
      <div class="fleet-body">
        <SagaGraph
          graph={graph.data()}
          marks={marks()}
          selected={query.state}
          onSelect={select}
          labelled={query.drawing === 'labelled'}
          onLabelled={(labelled) =>
            setQuery({ drawing: labelled ? 'labelled' : undefined }, { replace: true })
          }
          follow={query.state}
          view={view()}
          onView={setView}
        >
          <Legend />
        </SagaGraph>
        <aside class="fleet-side">
          <Show
            when={query.state}
            keyed
            fallback={<StateTable fleet={fleet.data()} graph={graph.data()} onSelect={select} />}
          >
            {(state) => (
              <StatePanel
                kind={KIND}
                state={state}
                graph={graph.data()}
                fleet={fleet.data()}
                onSelect={select}
                onClose={() => select(undefined)}
              />
            )}
          </Show>
        </aside>
      </div>
    </div>
  );
}

function Figures(props: {
  readonly fleet: Fleet | undefined;
  readonly graph: Graph | undefined;
}): JSX.Element {
  const stuckStates = () =>
    new Set((props.graph?.states ?? []).filter(({ role }) => role === 'stuck').map(({ id }) => id));
  const open = () => (props.fleet?.states ?? []).filter(({ silentMsMax }) => silentMsMax !== null);
  const openCount = () => ({
    count: open().reduce((sum, { count }) => sum + count, 0),
    exact: props.fleet?.complete ?? true,
  });
  const stuck = () =>
    open()
      .filter(({ state }) => stuckStates().has(state))
      .reduce((sum, { count }) => sum + count, 0);
  /** Those that begin to be wound up, each once. */
  const back = () => {
    const { graph, fleet } = props;
    const roles = new Map((graph?.states ?? []).map(({ id, role }) => [id, role]));
    const begins = (graph?.edges ?? []).filter(
      ({ from, to }) => (roles.get(from) ?? 'forward') === 'forward' && roles.get(to) === 'compensation',
    );
    return begins.reduce((sum, edge) => sum + flowOf(edge, fleet), 0);
  };
  const shown = (text: () => string) => (props.fleet === undefined ? '–' : text());
  return (
    <>
      <dl class="figures" data-testid="fleet-figures">
        <div>
          <dt>{words.open}</dt>
          <dd>{shown(() => countText(openCount()))}</dd>
        </div>
        <div>
          <dt>{words.steps}</dt>
          <dd>{shown(() => rate(props.fleet?.stepsPerMinute ?? 0))}</dd>
        </div>
        <div>
          <dt>{words.back}</dt>
          <dd>{shown(() => rate(back()))}</dd>
        </div>
        <div classList={{ alarm: stuck() > 0 }}>
          <dt>{words.stuck}</dt>
          <dd>{shown(() => (stuck() === 0 ? words.none : stuck().toLocaleString('en-US')))}</dd>
        </div>
      </dl>
      <Show when={props.fleet?.complete === false}>
        <p class="faint">{words.incomplete(openCount().count.toLocaleString('en-US'))}</p>
      </Show>
    </>
  );
}

function Legend(): JSX.Element {
  const { legend } = sagaTexts;
  return (
    <ul class="graph-legend" aria-hidden="true">
      <li>
        <i />
        {legend.forward}
      </li>
      <li class="timeout">
        <i />
        {legend.timeout}
      </li>
      <li class="compensation">
        <i />
        {legend.compensation}
      </li>
    </ul>
  );
}

/** The graph as a table, in the order of the definition. */
function StateTable(props: {
  readonly fleet: Fleet | undefined;
  readonly graph: Graph | undefined;
  readonly onSelect: (state: string) => void;
}): JSX.Element {
  const { columns } = words;
  const counts = createMemo(() => new Map((props.fleet?.states ?? []).map((each) => [each.state, each])));
  const states = () => (props.graph?.states ?? []).filter(({ kind }) => kind === 'atomic');
  const silent = (count: StateCount | undefined, which: 'silentMsMax' | 'silentMsMedian') => {
    const ms = count?.[which] ?? null;
    return ms === null || count?.count === 0 ? '' : span(ms);
  };
  return (
    <section class="card side-card" aria-labelledby="states">
      <h2 id="states">{words.states}</h2>
      <table class="state-table" data-testid="states">
        <thead>
          <tr>
            <th scope="col">{columns.state}</th>
            <th scope="col">{columns.count}</th>
            <th scope="col">{columns.median}</th>
            <th scope="col">{columns.max}</th>
          </tr>
        </thead>
        <tbody>
          <For each={states()}>
            {(state) => {
              const count = () => counts().get(state.id);
              return (
                <tr classList={{ none: (count()?.count ?? 0) === 0 }}>
                  <th scope="row">
                    <button
                      type="button"
                      class={`state-link ${state.role}`}
                      onClick={() => props.onSelect(state.id)}
                    >
                      {sagaTexts.state(state.id)}
                    </button>
                  </th>
                  <td>{count() === undefined ? '0' : countText(count() as StateCount)}</td>
                  <td>{silent(count(), 'silentMsMedian')}</td>
                  <td>{silent(count(), 'silentMsMax')}</td>
                </tr>
              );
            }}
          </For>
        </tbody>
      </table>
      <p class="faint">{words.silent}</p>
    </section>
  );
}

/** What is unusual of late, in sentences; those about a state lead to it. */
function Oddities(props: {
  readonly anomalies: readonly Anomaly[];
  readonly onSelect: (state: string) => void;
}): JSX.Element {
  return (
    <Show when={props.anomalies.length > 0}>
      <div class="notice wait oddities" role="status" data-testid="oddities">
        <strong>{words.oddities}</strong>
        <ul>
          <For each={props.anomalies}>
            {(anomaly) => (
              <li>
                {anomaly.text}
                <Show when={anomaly.state} keyed>
                  {(state) => (
                    <>
                      {' · '}
                      <button type="button" class="link-button" onClick={() => props.onSelect(state)}>
                        {sagaTexts.state(state)}
                      </button>
                    </>
                  )}
                </Show>
              </li>
            )}
          </For>
        </ul>
      </div>
    </Show>
  );
}

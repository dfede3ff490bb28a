/** The models: what each does and is worth, whether it serves, and what one may do about it. */
import { createSignal, For, Show, type JSX } from 'solid-js';
import type { ModelGrade, ModelStatus } from '../../../core/services/intelligence/ports.ts';
import type { DescribedModel } from '../../../core/services/intelligence/standing-models.ts';
import { asApiError, call } from '../../api/client.ts';
import { createRemote } from '../../api/remote.ts';
import { confirmBriefly } from '../../components/announcer.tsx';
import { Moment } from '../../components/moment.tsx';
import { PageHead } from '../../components/page.tsx';
import { Problem } from '../../components/problem.tsx';
import { ListSkeleton } from '../../shop/orders-page.tsx';
import '../../shop/list-page.css';
import { keepFresh } from '../system/keep-fresh.ts';
import { modelTexts as words } from '../texts/models.ts';
import { Pair } from './demand-section.tsx';
import { shortFigure } from './measures.ts';
import './models.css';
import { Outcomes } from './outcomes.tsx';
import { SearchMeaningCard } from './search-meaning.tsx';

const EVERY_MS = 3_000;
/** Of the stability index: below the first nothing moved, above the second much did. */
const DRIFT = { some: 0.1, much: 0.25 } as const;

export type ShownModel = ModelStatus & DescribedModel;

export default function ModelsPage(): JSX.Element {
  const models = createRemote<{ readonly items: readonly ShownModel[] }>(() => '/api/admin/models', {
    keep: true,
  });
  keepFresh(models.refetch, EVERY_MS);
  const names = () => (models.data()?.items ?? []).map(({ name }) => name);
  const model = (name: string) => models.data()?.items.find((each) => each.name === name);
  return (
    <>
      <PageHead title={words.title} under={<p class="faint">{words.under}</p>} />
      <Show when={models.error()} keyed>
        {(error) => <Problem error={error} retry={models.refetch} />}
      </Show>
      <Show when={models.data() === undefined && models.error() === null}>
        <ListSkeleton />
      </Show>
      <div class="models" data-testid="models">
        {/* By name, so that what is open or has the focus stays as the page keeps itself fresh. */}
        <For each={names()}>
          {(name) => (
            <Show when={model(name)}>{(shown) => <Model of={shown()} onChanged={models.refetch} />}</Show>
          )}
        </For>
        <Show when={models.data() !== undefined}>
          <SearchMeaningCard />
          <Outcomes />
        </Show>
      </div>
    </>
  );
}

function Model(props: { readonly of: ShownModel; readonly onChanged: () => void }): JSX.Element {
  const [busy, setBusy] = createSignal(false);
  const title = () => words.names[props.of.name];
  const training = (): keyof typeof words.training | null => {
    const asked = props.of.training;
    if (asked === null) return null;
    if (asked.endedAt === null) return asked.startedAt === null ? 'waits' : 'runs';
    return asked.problem === null ? null : 'failed';
  };
  const under = () => training() === 'waits' || training() === 'runs';
  const act = async (work: () => Promise<unknown>, done: string) => {
    if (busy()) return;
    setBusy(true);
    try {
      await work();
      confirmBriefly(done);
    } catch (thrown) {
      confirmBriefly(asApiError(thrown).message);
    }
    setBusy(false);
    props.onChanged();
  };
  const path = () => `/api/admin/models/${props.of.name}`;
  const train = () => act(() => call('POST', `${path()}/trainings`, { body: {} }), words.asked);
  const turn = (enabled: boolean) =>
    act(() => call('PUT', path(), { body: { enabled } }), enabled ? words.switchedOn : words.switchedOff);
  return (
    <section
      class="card model"
      aria-labelledby={`model-${props.of.name}`}
      data-testid={`model-${props.of.name}`}
    >
      <header>
        <h2 id={`model-${props.of.name}`}>{title()}</h2>
        <State of={props.of} />
        <div class="actions">
          <Show when={props.of.trained}>
            <button
              type="button"
              class="button small"
              aria-label={words.trainOf(title())}
              aria-disabled={busy() || under()}
              onClick={() => {
                if (!under()) void train();
              }}
            >
              {words.train}
            </button>
          </Show>
          <button
            type="button"
            class="button small"
            aria-label={props.of.enabled ? words.switchOffOf(title()) : words.switchOnOf(title())}
            aria-disabled={busy()}
            onClick={() => void turn(!props.of.enabled)}
          >
            {props.of.enabled ? words.switchOff : words.switchOn}
          </button>
        </div>
      </header>
      <p>{props.of.does}</p>
      <Show when={training()}>
        {(state) => (
          <p class="notice" classList={{ wait: under(), bad: state() === 'failed' }} role="status">
            <strong>{words.training[state()]}</strong>
            <Show when={state() === 'failed'}> {props.of.training?.problem}</Show>
          </p>
        )}
      </Show>
      <Show when={props.of.lately?.clearlyWorse === true ? props.of.lately : undefined}>
        {(lately) => (
          <p class="notice bad" data-testid="clearly-worse">
            <strong>{words.worse}</strong> {words.latelyOf(lately())}
          </p>
        )}
      </Show>
      <Facts of={props.of} />
      <Show when={props.of.live?.grades.length === 0 ? undefined : props.of.live?.grades}>
        {(grades) => <Grades of={grades()} name={title()} />}
      </Show>
      <Show when={props.of.versions.length > 0}>
        <Versions of={props.of} name={title()} />
      </Show>
    </section>
  );
}

function State(props: { readonly of: ShownModel }): JSX.Element {
  const text = () => {
    if (!props.of.enabled) return words.off;
    if (!props.of.trained) return words.learnsOn;
    return props.of.live === null ? words.servesNone : words.serves(props.of.live.version);
  };
  return (
    <span
      class="status"
      classList={{
        good: props.of.enabled && (props.of.live !== null || !props.of.trained),
        bad: !props.of.enabled,
      }}
    >
      {text()}
    </span>
  );
}

function Facts(props: { readonly of: ShownModel }): JSX.Element {
  const drift = () => {
    const known = props.of.drift;
    if (known === null) return words.driftUnknown;
    const level = known.value > DRIFT.much ? 'much' : known.value > DRIFT.some ? 'some' : 'low';
    return words.driftOf(shortFigure(known.value), words.driftWords[level]);
  };
  return (
    <dl class="pairs">
      <Pair name={words.data} value={props.of.data} />
      <Show when={props.of.live}>
        {(live) => (
          <Pair
            name={words.trained}
            value={
              <>
                <Moment at={live().trainedAt} as="dayAndTime" />, {words.rows(live().rows)}{' '}
                {words.took(shortFigure(live().tookMs / 1_000))}
              </>
            }
          />
        )}
      </Show>
      <Show
        when={props.of.trained}
        fallback={<Pair name={words.graded} value={words.gradedOf[props.of.name]} />}
      >
        <Pair
          name={words.drift}
          value={
            <>
              {drift()}
              <Show when={props.of.drift}>
                {(known) => (
                  <span class="faint">
                    {' '}
                    <Moment at={known().at} as="dayAndTime" />
                  </span>
                )}
              </Show>
            </>
          }
        />
        <Pair name={words.lately} value={<Lately of={props.of} />} />
      </Show>
    </dl>
  );
}

/** How it did on what came after its training; of some models other places tell. */
function Lately(props: { readonly of: ShownModel }): JSX.Element {
  return (
    <Show
      when={props.of.lately}
      fallback={
        <Show
          when={props.of.name === 'recommendations'}
          fallback={props.of.name === 'pricing' ? words.latelyOfPrices : words.latelyUnknown}
        >
          <a href="#model-outcomes">{words.latelyOfRecommendations}</a>
        </Show>
      }
    >
      {(lately) => (
        <>
          {words.latelyOf(lately())}{' '}
          <span class="faint">
            {words.latelyVersion(lately().version)} <Moment at={lately().at} as="dayAndTime" />
          </span>
        </>
      )}
    </Show>
  );
}

function Grades(props: { readonly of: readonly ModelGrade[]; readonly name: string }): JSX.Element {
  const columns = words.gradeColumns;
  return (
    <div class="table-frame" tabIndex={0} role="region" aria-label={words.gradesOf(props.name)}>
      <table class="table">
        <thead>
          <tr>
            <th scope="col">{columns.metric}</th>
            <th scope="col" class="amount">
              {columns.ours}
            </th>
            <th scope="col" class="amount">
              {columns.interval}
            </th>
            <th scope="col">{columns.baseline}</th>
          </tr>
        </thead>
        <tbody>
          <For each={props.of}>
            {(grade) => (
              <tr>
                <td>
                  {grade.metric}{' '}
                  <span class="faint">{grade.higherIsBetter ? words.better.higher : words.better.lower}</span>
                </td>
                <td class="amount figure">{shortFigure(grade.ours)}</td>
                <td class="amount figure soft">
                  {grade.low === null || grade.high === null
                    ? ''
                    : `${shortFigure(grade.low)} – ${shortFigure(grade.high)}`}
                </td>
                <td class="figure">
                  {grade.baselineValue === null
                    ? ''
                    : `${shortFigure(grade.baselineValue)} ${grade.baseline ?? ''}`}
                </td>
              </tr>
            )}
          </For>
        </tbody>
      </table>
    </div>
  );
}

function Versions(props: { readonly of: ShownModel; readonly name: string }): JSX.Element {
  const columns = words.versionColumns;
  return (
    <details>
      <summary>{words.versions}</summary>
      <div class="table-frame" tabIndex={0} role="region" aria-label={words.versionsOf(props.name)}>
        <table class="table">
          <thead>
            <tr>
              <th scope="col" class="amount">
                {columns.version}
              </th>
              <th scope="col">{columns.state}</th>
              <th scope="col">{columns.trained}</th>
              <th scope="col">{columns.reason}</th>
            </tr>
          </thead>
          <tbody>
            <For each={props.of.versions}>
              {(version) => (
                <tr>
                  <td class="amount figure">{version.version}</td>
                  <td>{words.states[version.state]}</td>
                  <td>
                    <Moment at={version.trainedAt} as="dayAndTime" />
                  </td>
                  <td class="reason">{version.reason}</td>
                </tr>
              )}
            </For>
          </tbody>
        </table>
      </div>
    </details>
  );
}

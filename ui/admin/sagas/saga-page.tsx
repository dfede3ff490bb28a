/**
 * One saga through time. Graph, slider, rows and details show the same step; the address holds which (none: the newest, as
 * it comes), what the rows are narrowed to, the drawing, and whether it is held still.
 */
import Download from 'lucide-solid/icons/download';
import Wrench from 'lucide-solid/icons/wrench';
import { useParams, useSearchParams } from '@solidjs/router';
import { createEffect, createMemo, createSignal, on, onCleanup, Show, type JSX } from 'solid-js';
import type { SagaGraph as Graph, SagaStep } from '../../../core/services/sagas/ports.ts';
import { createRemote } from '../../api/remote.ts';
import { announce } from '../../components/announcer.tsx';
import { Empty } from '../../components/empty.tsx';
import { shortId } from '../../components/format.ts';
import { PageHead } from '../../components/page.tsx';
import { Problem } from '../../components/problem.tsx';
import { sagaTexts } from '../texts/sagas.ts';
import { repairTexts } from '../texts/repairs.ts';
import { LiveSwitch } from './live-switch.tsx';
import { RepairPanel } from './repair-panel.tsx';
import { createSagaFeed, type Step } from './saga-feed.ts';
import { SagaGraph } from './saga-graph.tsx';
import { rolesOf, sagaMarks, stateTitle } from './saga-marks.ts';
import { Scrubber } from './scrubber.tsx';
import { StepDetail } from './step-detail.tsx';
import { StepTable } from './step-table.tsx';
import { triggerWords } from './wording.ts';
import './fleet-page.css';
import './saga-page.css';

const KIND = 'order';
/** While somebody drags the slider, details are read for where it rests. */
const DETAIL_AFTER_MS = 70;
const { saga: words } = sagaTexts;

type Address = Partial<Record<'step' | 'q' | 'moves' | 'drawing' | 'paused' | 'repair', string | undefined>>;

export default function SagaPage(): JSX.Element {
  const params = useParams<{ id: string }>();
  const [query, setQuery] = useSearchParams<Address>();
  const paused = () => query.paused === '1';
  const feed = createSagaFeed(KIND, () => params.id, paused);
  const graph = createRemote<Graph>(
    () => `/api/ops/sagas/${KIND}/graph?drawing=${query.drawing === 'labelled' ? 'labelled' : 'compact'}`,
    { keep: true },
  );
  const last = () => feed.steps().at(-1)?.seq ?? 0;
  const follows = () => query.step === undefined;
  const seq = createMemo(() =>
    follows() ? last() : Math.min(last(), Math.max(1, Number(query.step) || last())),
  );
  const select = (next: number) =>
    setQuery(
      { step: next === last() && follows() ? undefined : String(next) },
      { replace: true, scroll: false },
    );
  const selectNewest = () => setQuery({ step: undefined }, { replace: true, scroll: false });
  const role = createMemo(() => rolesOf(graph.data()));
  const marks = createMemo(() => sagaMarks(graph.data(), feed.steps(), seq()));
  const shown = createMemo(() => narrowed(feed.steps(), query.q ?? '', query.moves === '1'));
  const unseen = createUnseen(last, follows);

  return (
    <div class="saga">
      <PageHead
        title={words.title(shortId(params.id))}
        under={
          <p class="faint saga-under">
            <a href="/admin/sagas">{words.toFleet}</a>
            <a href={`/orders/${encodeURIComponent(params.id)}`}>{words.toOrder}</a>
            <span class="mono">{params.id}</span>
          </p>
        }
      >
        <div class="tools">
          <Show when={unseen() > 0}>
            <button type="button" class="button small fresh" onClick={selectNewest}>
              {words.fresh(unseen())}
            </button>
          </Show>
          <LiveSwitch
            paused={paused()}
            stale={feed.loaded() && feed.error() !== null}
            onPaused={(held) =>
              setQuery({ paused: held ? '1' : undefined }, { replace: true, scroll: false })
            }
          />
          <button
            type="button"
            class="button small"
            aria-pressed={query.repair === '1'}
            onClick={() =>
              setQuery({ repair: query.repair === '1' ? undefined : '1' }, { replace: true, scroll: false })
            }
          >
            <Wrench size={14} aria-hidden="true" />
            {repairTexts.open}
          </button>
          <a
            class="button small"
            href={`/api/ops/sagas/${KIND}/${encodeURIComponent(params.id)}/export`}
            download=""
          >
            <Download size={14} aria-hidden="true" />
            {words.export}
          </a>
        </div>
      </PageHead>
      <Show when={feed.loaded() ? graph.error() : feed.error()} keyed>
        {(error) => (
          <Show when={error.status !== 404} fallback={<Empty title={words.noSaga} body={words.noSagaBody} />}>
            <Problem error={error} retry={() => (feed.loaded() ? graph : feed).refetch()} />
          </Show>
        )}
      </Show>
      <Show when={feed.error()?.status !== 404}>
        <Scrubber steps={feed.steps()} seq={seq()} role={role()} onSeq={select} />
        <div class="saga-body">
          <SagaGraph
            graph={graph.data()}
            marks={marks()}
            selected={undefined}
            onSelect={(state) => {
              const found = nextIn(feed.steps(), state, seq());
              if (found !== undefined) select(found);
            }}
            labelled={query.drawing === 'labelled'}
            onLabelled={(labelled) =>
              setQuery({ drawing: labelled ? 'labelled' : undefined }, { replace: true, scroll: false })
            }
            follow={feed.steps()[seq() - 1]?.move.to}
          />
          <div class="saga-side">
            <Show when={query.repair === '1'}>
              <RepairPanel
                kind={KIND}
                id={params.id}
                version={last()}
                onClose={() => setQuery({ repair: undefined }, { replace: true, scroll: false })}
              />
            </Show>
            <Filter
              q={query.q ?? ''}
              moves={query.moves === '1'}
              count={shown().length}
              of={feed.steps().length}
              onChange={(next) => setQuery(next, { replace: true, scroll: false })}
            />
            <StepTable steps={feed.steps()} shown={shown()} seq={seq()} role={role()} onSeq={select} />
            <Details id={params.id} seq={seq()} graph={graph.data()} onSeq={select} />
          </div>
        </div>
      </Show>
    </div>
  );
}

/** Steps that came while an earlier one is looked at. */
function createUnseen(last: () => number, follows: () => boolean): () => number {
  const [seen, setSeen] = createSignal(0);
  createEffect(
    on([last, follows], ([now, following], before) => {
      if (following || before === undefined || before[0] === 0) setSeen(now);
      else if (now > before[0]) announce(words.fresh(now - seen()));
    }),
  );
  return () => last() - seen();
}

/** The next time the saga came into a state, seen from a step; after the last time the first. */
function nextIn(steps: readonly Step[], state: string, seq: number): number | undefined {
  const isIn = ({ move: { from, to } }: Step) => from !== to && (to === state || to.startsWith(`${state}.`));
  return (steps.find((step) => step.seq > seq && isIn(step)) ?? steps.find(isIn))?.seq;
}

function narrowed(steps: readonly Step[], q: string, movesOnly: boolean): readonly Step[] {
  const wanted = q.trim().toLowerCase();
  // A new array each time: the same one grows, and whoever counts its rows must hear of it.
  return steps.filter(
    ({ move: { from, to, trigger } }) =>
      (!movesOnly || from !== to) &&
      (wanted === '' ||
        `${trigger} ${triggerWords(trigger)} ${to} ${stateTitle(to)}`.toLowerCase().includes(wanted)),
  );
}

function Filter(props: {
  readonly q: string;
  readonly moves: boolean;
  readonly count: number;
  readonly of: number;
  readonly onChange: (next: Address) => void;
}): JSX.Element {
  return (
    <div class="step-filter" role="search">
      <input
        class="input"
        type="search"
        aria-label={words.filter}
        placeholder={words.filterHint}
        value={props.q}
        onInput={(event) => props.onChange({ q: event.currentTarget.value || undefined })}
      />
      <label>
        <input
          type="checkbox"
          checked={props.moves}
          onChange={(event) => props.onChange({ moves: event.currentTarget.checked ? '1' : undefined })}
        />
        {words.onlyMoves}
      </label>
      <span class="faint figure">
        {props.count === props.of
          ? words.version(props.of.toLocaleString('en-US'))
          : `${props.count.toLocaleString('en-US')} / ${props.of.toLocaleString('en-US')}`}
      </span>
    </div>
  );
}

function Details(props: {
  readonly id: string;
  readonly seq: number;
  readonly graph: Graph | undefined;
  readonly onSeq: (seq: number) => void;
}): JSX.Element {
  const [resting, setResting] = createSignal(props.seq);
  createEffect(
    on(
      () => props.seq,
      (seq) => {
        // The first one at once.
        const timer = setTimeout(() => setResting(seq), resting() === 0 ? 0 : DETAIL_AFTER_MS);
        onCleanup(() => clearTimeout(timer));
      },
    ),
  );
  const step = createRemote<SagaStep>(
    () =>
      resting() === 0
        ? undefined
        : `/api/ops/sagas/${KIND}/${encodeURIComponent(props.id)}/steps/${String(resting())}`,
    { keep: true },
  );
  return (
    <>
      <Show when={step.error()} keyed>
        {(error) => <Problem error={error} retry={step.refetch} />}
      </Show>
      <Show when={step.data()} fallback={<span class="skeleton detail-wait" />}>
        {(data) => <StepDetail step={data()} graph={props.graph} onSeq={props.onSeq} />}
      </Show>
    </>
  );
}

/**
 * One saga through time. Graph, slider, rows and details show the same step; the address holds which (none: the newest, as
 * it comes), what the rows are narrowed to, the drawing and the part of it that is seen, and whether it is held still.
 */
import Download from 'lucide-solid/icons/download';
import Wrench from 'lucide-solid/icons/wrench';
import { useParams, useSearchParams } from '@solidjs/router';
import { createEffect, createMemo, createSignal, on, Show, type JSX } from 'solid-js';
import type { SagaGraph as Graph } from '../../../core/services/sagas/ports.ts';
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
import { createRested } from './rested.ts';
import { createSagaFeed } from './saga-feed.ts';
import { SagaGraph } from './saga-graph.tsx';
import { rolesOf, sagaMarks, stateTitle } from './saga-marks.ts';
import { Scrubber } from './scrubber.tsx';
import { StepDetails } from './step-details.tsx';
import type { Move, StepLog } from './step-log.ts';
import { StepTable } from './step-table.tsx';
import { triggerWords } from './wording.ts';
import './fleet-page.css';
import './saga-page.css';

const KIND = 'order';
const { saga: words } = sagaTexts;

type Address = Partial<
  Record<'step' | 'q' | 'moves' | 'drawing' | 'view' | 'paused' | 'repair', string | undefined>
>;

export default function SagaPage(): JSX.Element {
  const params = useParams<{ id: string }>();
  const [query, setQuery] = useSearchParams<Address>();
  const paused = () => query.paused === '1';
  const feed = createSagaFeed(KIND, () => params.id, paused);
  const graph = createRemote<Graph>(
    () => `/api/ops/sagas/${KIND}/graph?drawing=${query.drawing === 'labelled' ? 'labelled' : 'compact'}`,
    { keep: true },
  );
  const write = (next: Address) => setQuery(next, { replace: true, scroll: false });
  const [step, setStep] = createRested(
    () => query.step,
    (next) => write({ step: next }),
  );
  const [wanted, setWanted] = createRested(
    () => query.q ?? '',
    (next) => write({ q: next === '' ? undefined : next }),
  );
  const [view, setView] = createRested(
    () => query.view,
    (next) => write({ view: next }),
  );
  const last = createMemo(() => feed.log().last);
  const follows = () => step() === undefined;
  const seq = createMemo(() =>
    follows() ? last() : Math.min(last(), Math.max(1, Number(step()) || last())),
  );
  const select = (next: number) => setStep(next === last() && follows() ? undefined : String(next));
  const selectNewest = () => setStep(undefined);
  createEffect(() => {
    // Before the first answer nobody knows how many there are.
    const at = last() === 0 ? Number(step()) || 0 : seq();
    feed.want(at, at);
  });
  const role = createMemo(() => rolesOf(graph.data()));
  const marks = createMemo(() => sagaMarks(graph.data(), feed.log(), seq()));
  const shown = createMemo(() => narrowed(feed.log(), wanted(), query.moves === '1'));
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
            onPaused={(held) => write({ paused: held ? '1' : undefined })}
          />
          <button
            type="button"
            class="button small"
            aria-pressed={query.repair === '1'}
            onClick={() => write({ repair: query.repair === '1' ? undefined : '1' })}
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
      <Show when={feed.derived()}>
        <p class="notice" data-testid="derived">
          {words.derived}
        </p>
      </Show>
      <Show when={feed.error()?.status !== 404}>
        <Scrubber log={feed.log()} seq={seq()} role={role()} onSeq={select} />
        <div class="saga-body">
          <SagaGraph
            graph={graph.data()}
            marks={marks()}
            selected={undefined}
            onSelect={(state) => {
              const found = nextIn(feed.log(), state, seq());
              if (found !== undefined) select(found);
            }}
            labelled={query.drawing === 'labelled'}
            onLabelled={(labelled) => write({ drawing: labelled ? 'labelled' : undefined })}
            follow={feed.log().step(seq())?.move.to}
            view={view()}
            onView={setView}
          />
          <div class="saga-side">
            <Show when={query.repair === '1'}>
              <RepairPanel
                kind={KIND}
                id={params.id}
                version={last()}
                onClose={() => write({ repair: undefined })}
              />
            </Show>
            <Filter
              q={wanted()}
              moves={query.moves === '1'}
              count={shown()?.length ?? last()}
              of={last()}
              read={feed.log().read}
              onQ={setWanted}
              onMoves={(moves) => write({ moves: moves ? '1' : undefined })}
            />
            <StepTable
              log={feed.log()}
              shown={shown()}
              seq={seq()}
              role={role()}
              onSeq={select}
              onSight={feed.want}
            />
            <StepDetails kind={KIND} id={params.id} seq={seq()} graph={graph.data()} onSeq={select} />
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
function nextIn(log: StepLog, state: string, seq: number): number | undefined {
  const arrivals = log.seqsOf(({ from, to }) => from !== to && (to === state || to.startsWith(`${state}.`)));
  return arrivals.find((each) => each > seq) ?? arrivals[0];
}

/** Seqs of the steps that fit; undefined: every step does. */
function narrowed(log: StepLog, q: string, movesOnly: boolean): readonly number[] | undefined {
  const wanted = q.trim().toLowerCase();
  if (wanted === '' && !movesOnly) return undefined;
  return log.seqsOf((move) => (!movesOnly || move.from !== move.to) && wordsOf(move).includes(wanted));
}

function wordsOf({ trigger, to }: Move): string {
  return `${trigger} ${triggerWords(trigger)} ${to} ${stateTitle(to)}`.toLowerCase();
}

function Filter(props: {
  readonly q: string;
  readonly moves: boolean;
  readonly count: number;
  readonly of: number;
  /** Of all steps, those that could be looked at so far. */
  readonly read: number;
  readonly onQ: (q: string) => void;
  readonly onMoves: (moves: boolean) => void;
}): JSX.Element {
  const number = (count: number) => count.toLocaleString('en-US');
  const counted = () => {
    if (props.q.trim() === '' && !props.moves) return words.version(number(props.of));
    const found = `${number(props.count)} / ${number(props.of)}`;
    return props.read < props.of ? `${found} ${words.searched(number(props.read))}` : found;
  };
  return (
    <div class="step-filter" role="search">
      <input
        class="input"
        type="search"
        aria-label={words.filter}
        placeholder={words.filterHint}
        value={props.q}
        onInput={(event) => props.onQ(event.currentTarget.value)}
      />
      <label>
        <input
          type="checkbox"
          checked={props.moves}
          onChange={(event) => props.onMoves(event.currentTarget.checked)}
        />
        {words.onlyMoves}
      </label>
      <span class="faint figure" data-testid="step-count">
        {counted()}
      </span>
    </div>
  );
}

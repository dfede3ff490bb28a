/**
 * The steps of a saga as rows, of which only those in sight exist: 20,000 scroll as 20 do.
 *
 * Owns: which rows exist, the keyboard. Does not own: the selection, reading the steps (`onSight` says which are in sight).
 * T1: new steps come at the end and move nothing; the list stays at its end only if it was there.
 */
import { createVirtualizer } from '@tanstack/solid-virtual';
import { createEffect, createMemo, createUniqueId, For, on, Show, type JSX } from 'solid-js';
import { sagaTexts } from '../texts/sagas.ts';
import { stateTitle } from './saga-marks.ts';
import type { Step, StepLog } from './step-log.ts';
import { clockTime, dayAndClockTime, span, triggerWords } from './wording.ts';

const { saga: words } = sagaTexts;
const ROW_HEIGHT = 34;
const OVERSCAN_ROWS = 12;
const PAGE_ROWS = 10;
/** Nearer than this to its end, the list is at its end; pixels. */
const END_MARGIN = 24;

export function StepTable(props: {
  readonly log: StepLog;
  /** Seqs of the steps that are shown, ascending; undefined: all of them. */
  readonly shown: readonly number[] | undefined;
  readonly seq: number;
  readonly role: (state: string) => string;
  readonly onSeq: (seq: number) => void;
  /** These rows are in sight, by the seqs of the first and the last. */
  readonly onSight: (from: number, to: number) => void;
}): JSX.Element {
  const id = createUniqueId();
  const count = createMemo(() => props.shown?.length ?? props.log.last);
  const seqAt = (row: number): number => (props.shown === undefined ? row + 1 : (props.shown[row] ?? 0));
  let frame: HTMLDivElement | undefined;
  const rows = createVirtualizer<HTMLDivElement, HTMLDivElement>({
    get count() {
      return count();
    },
    getScrollElement: () => frame ?? null,
    estimateSize: () => ROW_HEIGHT,
    overscan: OVERSCAN_ROWS,
  });
  // By number: the same number is the same row to `For`, so scrolling makes new rows only at the edges.
  const indexes = createMemo(() => rows.getVirtualItems().map((item) => item.index), [], {
    equals: sameNumbers,
  });
  const index = createMemo(() =>
    props.shown === undefined ? props.seq - 1 : indexIn(props.shown, props.seq),
  );
  createEffect(
    on(indexes, (rows) => {
      const [first, last] = [rows[0], rows.at(-1)];
      if (first !== undefined && last !== undefined) props.onSight(seqAt(first), seqAt(last));
    }),
  );
  const optionId = (seq: number) => `${id}-${String(seq)}`;
  createEffect(
    on([index, count], ([at, rowCount], before) => {
      if (at < 0) return;
      const isNew = before === undefined || before[0] !== at;
      const atEnd =
        frame === undefined || frame.scrollHeight - frame.scrollTop - frame.clientHeight < END_MARGIN;
      // Steps that were added move nothing, unless the newest is followed.
      if (isNew || (atEnd && at === rowCount - 1)) rows.scrollToIndex(at, { align: 'auto' });
    }),
  );
  const move = (by: number) => {
    const from = index() < 0 ? 0 : index();
    const next = seqAt(Math.min(count() - 1, Math.max(0, from + by)));
    if (next > 0) props.onSeq(next);
  };
  const keys: Readonly<Record<string, () => void>> = {
    ArrowDown: () => move(1),
    ArrowUp: () => move(-1),
    PageDown: () => move(PAGE_ROWS),
    PageUp: () => move(-PAGE_ROWS),
    Home: () => move(-count()),
    End: () => move(count()),
  };

  return (
    <div class="step-table">
      <div class="step-row step-heads" aria-hidden="true">
        <span>{words.columns.seq}</span>
        <span>{words.columns.at}</span>
        <span>{words.columns.gap}</span>
        <span>{words.columns.heard}</span>
        <span>{words.columns.state}</span>
      </div>
      <div
        ref={(element) => (frame = element)}
        class="step-frame"
        role="listbox"
        aria-label={words.steps}
        tabIndex={0}
        aria-activedescendant={index() < 0 ? undefined : optionId(props.seq)}
        data-testid="steps"
        onKeyDown={(event) => {
          const act = keys[event.key];
          if (act === undefined) return;
          event.preventDefault();
          act();
        }}
      >
        <div class="step-space" style={{ height: `${String(rows.getTotalSize())}px` }} role="presentation">
          <For each={indexes()}>
            {(row) => (
              <Row
                id={optionId(seqAt(row))}
                seq={seqAt(row)}
                step={props.log.step(seqAt(row))}
                beforeMs={props.log.step(seqAt(row) - 1)?.atMs}
                top={row * ROW_HEIGHT}
                selected={seqAt(row) === props.seq}
                role={props.role}
                onSeq={props.onSeq}
              />
            )}
          </For>
        </div>
      </div>
      <Show when={count() === 0 && props.log.last > 0}>
        <p class="faint none">{words.noSteps}</p>
      </Show>
    </div>
  );
}

function sameNumbers(one: readonly number[], other: readonly number[]): boolean {
  return one.length === other.length && one.every((each, at) => each === other[at]);
}

/** Where a number is in an ascending list; -1: nowhere. */
function indexIn(sorted: readonly number[], wanted: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] ?? 0) < wanted) low = middle + 1;
    else high = middle;
  }
  return sorted[low] === wanted ? low : -1;
}

function Row(props: {
  readonly id: string;
  readonly seq: number;
  /** Undefined: it is being read. */
  readonly step: Step | undefined;
  readonly beforeMs: number | undefined;
  readonly top: number;
  readonly selected: boolean;
  readonly role: (state: string) => string;
  readonly onSeq: (seq: number) => void;
}): JSX.Element {
  // Once, for five cells ask.
  const step = createMemo(() => props.step);
  const moved = () => step() !== undefined && step()?.move.from !== step()?.move.to;
  const gap = () => {
    const [atMs, beforeMs] = [step()?.atMs, props.beforeMs];
    return atMs === undefined || beforeMs === undefined ? '' : `+${span(atMs - beforeMs)}`;
  };
  return (
    <div
      id={props.id}
      class={`step-row ${props.role(step()?.move.to ?? '')}`}
      classList={{ moved: moved(), unread: step() === undefined }}
      role="option"
      aria-selected={props.selected}
      style={{ transform: `translateY(${String(props.top)}px)` }}
      onClick={() => props.onSeq(props.seq)}
    >
      <span class="seq">{props.seq}</span>
      <Show when={step()} fallback={<span class="skeleton" />}>
        {(known) => (
          <>
            <span class="at" title={dayAndClockTime(known().atMs)}>
              {clockTime(known().atMs)}
            </span>
            <span class="gap">{gap()}</span>
            <span class="mono heard">{triggerWords(known().move.trigger)}</span>
            <span class="to">
              {moved() ? stateTitle(known().move.to) : <span class="unseen">{words.stays}</span>}
            </span>
          </>
        )}
      </Show>
    </div>
  );
}

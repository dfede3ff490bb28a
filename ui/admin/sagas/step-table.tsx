/**
 * The steps of a saga as rows, of which only those in sight exist: 20,000 scroll as 20 do.
 *
 * Owns: which rows exist, the keyboard. Does not own: the selection.
 * T1: new steps come at the end and move nothing; the list stays at its end only if it was there.
 */
import { createVirtualizer } from '@tanstack/solid-virtual';
import { createEffect, createMemo, createUniqueId, For, on, Show, type JSX } from 'solid-js';
import { sagaTexts } from '../texts/sagas.ts';
import type { Step } from './saga-feed.ts';
import { stateTitle } from './saga-marks.ts';
import { clockTime, dayAndClockTime, span, triggerWords } from './wording.ts';

const { saga: words } = sagaTexts;
const ROW_HEIGHT = 34;
const OVERSCAN_ROWS = 12;
const PAGE_ROWS = 10;
/** Nearer than this to its end, the list is at its end; pixels. */
const END_MARGIN = 24;

export function StepTable(props: {
  readonly steps: readonly Step[];
  /** Of all steps, those that are shown. */
  readonly shown: readonly Step[];
  readonly seq: number;
  readonly role: (state: string) => string;
  readonly onSeq: (seq: number) => void;
}): JSX.Element {
  const id = createUniqueId();
  let frame: HTMLDivElement | undefined;
  const rows = createVirtualizer<HTMLDivElement, HTMLDivElement>({
    get count() {
      return props.shown.length;
    },
    getScrollElement: () => frame ?? null,
    estimateSize: () => ROW_HEIGHT,
    overscan: OVERSCAN_ROWS,
  });
  // By number: the same number is the same row to `For`, so scrolling makes new rows only at the edges.
  const indexes = createMemo(() => rows.getVirtualItems().map((item) => item.index), [], {
    equals: sameNumbers,
  });
  const index = createMemo(() => props.shown.findIndex(({ seq }) => seq === props.seq));
  const optionId = (seq: number) => `${id}-${String(seq)}`;
  createEffect(
    on([index, () => props.shown.length], ([at, count], before) => {
      if (at < 0) return;
      const isNew = before === undefined || before[0] !== at;
      const atEnd =
        frame === undefined || frame.scrollHeight - frame.scrollTop - frame.clientHeight < END_MARGIN;
      // Steps that were added move nothing, unless the newest is followed.
      if (isNew || (atEnd && at === count - 1)) rows.scrollToIndex(at, { align: 'auto' });
    }),
  );
  const move = (by: number) => {
    const from = index() < 0 ? 0 : index();
    const next = props.shown[Math.min(props.shown.length - 1, Math.max(0, from + by))];
    if (next !== undefined) props.onSeq(next.seq);
  };
  const keys: Readonly<Record<string, () => void>> = {
    ArrowDown: () => move(1),
    ArrowUp: () => move(-1),
    PageDown: () => move(PAGE_ROWS),
    PageUp: () => move(-PAGE_ROWS),
    Home: () => move(-props.shown.length),
    End: () => move(props.shown.length),
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
              <Show when={props.shown[row]}>
                {(step) => (
                  <Row
                    id={optionId(step().seq)}
                    step={step()}
                    before={props.steps[step().seq - 2]}
                    top={row * ROW_HEIGHT}
                    selected={step().seq === props.seq}
                    role={props.role(step().move.to)}
                    onSeq={props.onSeq}
                  />
                )}
              </Show>
            )}
          </For>
        </div>
      </div>
      <Show when={props.shown.length === 0 && props.steps.length > 0}>
        <p class="faint none">{words.noSteps}</p>
      </Show>
    </div>
  );
}

function sameNumbers(one: readonly number[], other: readonly number[]): boolean {
  return one.length === other.length && one.every((each, at) => each === other[at]);
}

function Row(props: {
  readonly id: string;
  readonly step: Step;
  readonly before: Step | undefined;
  readonly top: number;
  readonly selected: boolean;
  readonly role: string;
  readonly onSeq: (seq: number) => void;
}): JSX.Element {
  const moved = () => props.step.move.from !== props.step.move.to;
  return (
    <div
      id={props.id}
      class={`step-row ${props.role}`}
      classList={{ moved: moved() }}
      role="option"
      aria-selected={props.selected}
      style={{ transform: `translateY(${String(props.top)}px)` }}
      onClick={() => props.onSeq(props.step.seq)}
    >
      <span class="seq">{props.step.seq}</span>
      <span class="at" title={dayAndClockTime(props.step.atMs)}>
        {clockTime(props.step.atMs)}
      </span>
      <span class="gap">
        {props.before === undefined ? '' : `+${span(props.step.atMs - props.before.atMs)}`}
      </span>
      <span class="mono heard">{triggerWords(props.step.move.trigger)}</span>
      <span class="to">
        {moved() ? stateTitle(props.step.move.to) : <span class="unseen">{words.stays}</span>}
      </span>
    </div>
  );
}

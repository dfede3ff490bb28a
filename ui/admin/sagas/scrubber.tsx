/** The time of a saga: a slider over its steps, over the states it went through. */
import ChevronFirst from 'lucide-solid/icons/chevron-first';
import ChevronLast from 'lucide-solid/icons/chevron-last';
import ChevronLeft from 'lucide-solid/icons/chevron-left';
import ChevronRight from 'lucide-solid/icons/chevron-right';
import { createMemo, For, Show, type JSX } from 'solid-js';
import { sagaTexts } from '../texts/sagas.ts';
import { stateTitle, stretchesOf } from './saga-marks.ts';
import type { StepLog } from './step-log.ts';
import { clockTime, dayAndClockTime, span } from './wording.ts';

const { saga: words } = sagaTexts;
/** A stretch narrower than this part of the whole has no room for its name. */
const NAMED_MIN = 0.1;
/** Single steps are marked as long as they can be told apart. */
const TICKS_MAX = 120;

export function Scrubber(props: {
  readonly log: StepLog;
  readonly seq: number;
  readonly role: (state: string) => string;
  readonly onSeq: (seq: number) => void;
}): JSX.Element {
  const stretches = createMemo(() => stretchesOf(props.log));
  const last = () => Math.max(1, props.log.last);
  const step = createMemo(() => props.log.step(props.seq));
  const begunMs = () => props.log.step(1)?.atMs;
  const sinceBegun = () => {
    const [at, begun] = [step()?.atMs, begunMs()];
    return at === undefined || begun === undefined ? '' : `+${span(at - begun)}`;
  };
  const ticks = createMemo(() =>
    props.log.last > TICKS_MAX
      ? []
      : Array.from({ length: props.log.last }, (_, index) => props.log.step(index + 1)),
  );
  const go = (seq: number) => props.onSeq(Math.min(last(), Math.max(1, seq)));
  const shownTime = () => {
    const at = step()?.atMs;
    return at === undefined ? '' : dayAndClockTime(at);
  };
  return (
    <section class="card scrubber" aria-label={words.timeline} data-testid="scrubber">
      <div class="scrubber-buttons">
        <Jump
          name={words.first}
          act={() => go(1)}
          resting={props.seq <= 1}
          icon={<ChevronFirst size={18} aria-hidden="true" />}
        />
        <Jump
          name={words.previous}
          act={() => go(props.seq - 1)}
          resting={props.seq <= 1}
          icon={<ChevronLeft size={18} aria-hidden="true" />}
        />
        <Jump
          name={words.next}
          act={() => go(props.seq + 1)}
          resting={props.seq >= last()}
          icon={<ChevronRight size={18} aria-hidden="true" />}
        />
        <Jump
          name={words.newest}
          act={() => go(last())}
          resting={props.seq >= last()}
          icon={<ChevronLast size={18} aria-hidden="true" />}
        />
      </div>
      <div class="scrubber-track" style={{ '--at': String((props.seq - 0.5) / last()) }}>
        <div class="band" aria-hidden="true">
          <For each={stretches()}>
            {(stretch) => (
              <span
                class={`stretch ${stretch.state === '' ? 'unread' : props.role(stretch.state)}`}
                style={{
                  left: `${String(stretch.start * 100)}%`,
                  width: `${String((stretch.end - stretch.start) * 100)}%`,
                }}
                title={stateTitle(stretch.state)}
              >
                <Show when={stretch.end - stretch.start >= NAMED_MIN}>{stateTitle(stretch.state)}</Show>
              </span>
            )}
          </For>
          <i class="now" />
        </div>
        <Show when={ticks().length > 0}>
          <div class="ticks" aria-hidden="true">
            <For each={ticks()}>
              {(each) => <i classList={{ moved: each !== undefined && each.move.from !== each.move.to }} />}
            </For>
          </div>
        </Show>
        <input
          type="range"
          min={1}
          max={last()}
          step={1}
          value={props.seq}
          aria-label={words.scrub}
          aria-valuetext={words.scrubText(props.seq, stateTitle(step()?.move.to ?? ''), shownTime())}
          onInput={(event) => go(event.currentTarget.valueAsNumber)}
        />
      </div>
      <p class="scrubber-time figure" data-testid="moment">
        <strong>{shownTime()}</strong>
        <span class="faint">
          {sinceBegun()}
          <span class="unseen"> {clockTime(step()?.atMs ?? 0)}</span>
        </span>
      </p>
    </section>
  );
}

function Jump(props: {
  readonly name: string;
  readonly act: () => void;
  readonly resting: boolean;
  readonly icon: JSX.Element;
}): JSX.Element {
  return (
    <button
      type="button"
      class="icon-button"
      aria-label={props.name}
      title={props.name}
      aria-disabled={props.resting}
      onClick={() => {
        if (!props.resting) props.act();
      }}
    >
      {props.icon}
    </button>
  );
}

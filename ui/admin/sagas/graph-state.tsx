/** One state of the graph: a box with its name, and what the page tells of it. */
import { Show, type JSX } from 'solid-js';
import type { DrawnState } from '../../../core/engine/graph-layout.ts';
import { sagaTexts } from '../texts/sagas.ts';
import type { StateMark } from './graph-marks.ts';

export function StateBox(props: {
  readonly state: DrawnState;
  readonly mark: StateMark;
  readonly selected: boolean;
  readonly onSelect: (state: string) => void;
  readonly onNear: (id: string | null) => void;
}): JSX.Element {
  const { state } = props;
  const choose = (event: Event) => {
    event.stopPropagation();
    props.onSelect(state.id);
  };
  const isAtomic = state.kind === 'atomic';
  /** A figure stands beside the note, else beside the name. */
  const figureY = () => {
    if (!isAtomic) return 20;
    return props.mark.note === undefined ? state.height / 2 + 5 : 37;
  };
  return (
    <g
      class={`state ${state.role} ${state.kind}`}
      classList={{ selected: props.selected }}
      data-stage={props.mark.stage}
      data-state={state.id}
      style={{ '--heat': String(props.mark.heat ?? 0) }}
      transform={`translate(${String(state.x)} ${String(state.y)})`}
    >
      <g
        role="button"
        tabIndex={0}
        aria-pressed={props.selected}
        aria-label={[sagaTexts.state(state.id), props.mark.spoken].filter(Boolean).join(': ')}
        onClick={choose}
        onKeyDown={(event) => {
          if (event.key !== 'Enter' && event.key !== ' ') return;
          event.preventDefault();
          choose(event);
        }}
        onPointerEnter={() => props.onNear(state.id)}
        onPointerLeave={() => props.onNear(null)}
        onFocus={() => props.onNear(state.id)}
        onBlur={() => props.onNear(null)}
      >
        <rect class="box" width={state.width} height={state.height} rx={isAtomic ? 9 : 12} />
        <Show when={isAtomic && state.role !== 'forward'}>
          <rect class="role" x={0.5} y={10} width={3} height={state.height - 20} rx={1.5} />
        </Show>
        <text class="name" x={12} y={isAtomic && props.mark.note === undefined ? state.height / 2 + 5 : 20}>
          {sagaTexts.stateName(state.name)}
        </text>
      </g>
      <g class="state-figures" aria-hidden="true">
        <Show when={props.mark.figure}>
          {(figure) => (
            <text class="count" x={state.width - 12} y={figureY()}>
              {figure()}
            </text>
          )}
        </Show>
        <Show when={props.mark.note}>
          {(note) => (
            <text class="note" x={12} y={37}>
              {note()}
            </text>
          )}
        </Show>
      </g>
    </g>
  );
}

/**
 * A machine, drawn: states within states, and the lines between them.
 *
 * Owns: what is seen of the graph, and by which gestures. Does not own: what is told of states and lines (`marks`), nor
 * what choosing a state means.
 */
import Maximize from 'lucide-solid/icons/maximize';
import Minus from 'lucide-solid/icons/minus';
import Plus from 'lucide-solid/icons/plus';
import Type from 'lucide-solid/icons/type';
import { createEffect, createMemo, createSignal, createUniqueId, For, on, Show, type JSX } from 'solid-js';
import type { DrawnEdge, DrawnState } from '../../../core/engine/graph-layout.ts';
import type { SagaGraph as Graph } from '../../../core/services/sagas/ports.ts';
import { sagaTexts } from '../texts/sagas.ts';
import { middleOf, pathOf } from './graph-path.ts';
import { createViewPort } from './view-port.ts';
import { transitionWords } from './wording.ts';
import './saga-graph.css';

/** What a page tells of one state. */
export interface StateMark {
  /** Beside the name. */
  readonly figure?: string;
  /** Under the name. */
  readonly note?: string;
  /** 0 to 1: how much it wants to be looked at. */
  readonly heat?: number;
  readonly stage?: 'here' | 'been' | 'not';
  /** For those who hear the page: what comes after the name. */
  readonly spoken?: string;
}

/** What a page tells of one line. */
export interface EdgeMark {
  readonly text?: string;
  readonly stage?: 'now' | 'taken' | 'not';
  /** Steps a minute; a line that is busy is thicker. */
  readonly flow?: number;
}

export interface GraphMarks {
  readonly state: (id: string) => StateMark;
  readonly edge: (edge: DrawnEdge) => EdgeMark;
}

export function SagaGraph(props: {
  readonly graph: Graph | undefined;
  readonly marks: GraphMarks;
  readonly selected: string | undefined;
  readonly onSelect: (state: string) => void;
  readonly labelled: boolean;
  readonly onLabelled: (labelled: boolean) => void;
  /** Kept in sight. */
  readonly follow?: string | undefined;
  readonly children?: JSX.Element;
}): JSX.Element {
  const markers = createUniqueId();
  const [near, setNear] = createSignal<string | null>(null);
  const view = createViewPort(() => props.graph);
  // A drawing of another size is fitted in anew.
  createEffect(
    on(
      () => props.graph?.drawing,
      () => view.start(),
    ),
  );
  createEffect(() => {
    const state = props.graph?.states.find(({ id }) => id === props.follow);
    if (state !== undefined) view.reveal(state);
  });
  const transitions = createMemo(
    () => new Map((props.graph?.transitions ?? []).map((each) => [each.id, each])),
  );
  const touches = (edge: DrawnEdge) =>
    near() !== null && (edge.id === near() || edge.from === near() || edge.to === near());
  const words = (edge: DrawnEdge) =>
    edge.transitions.flatMap((id) => {
      const transition = transitions().get(id);
      return transition === undefined ? [] : [transitionWords(transition)];
    });
  // Whatever is looked at is drawn last, over the others.
  const edges = createMemo(() => {
    const all = props.graph?.edges ?? [];
    const rank = (edge: DrawnEdge) => {
      const { stage } = props.marks.edge(edge);
      return touches(edge) ? 3 : stage === 'now' ? 2 : stage === 'taken' ? 1 : 0;
    };
    return all.toSorted((one, other) => rank(one) - rank(other));
  });
  const style = () => {
    const { x, y, scale } = view.transform();
    return `translate(${x.toFixed(1)} ${y.toFixed(1)}) scale(${scale.toFixed(4)})`;
  };

  return (
    <section class="saga-graph" aria-label={sagaTexts.graph} data-testid="saga-graph">
      <svg
        ref={view.listen}
        role="group"
        aria-label={`${sagaTexts.graph}. ${sagaTexts.graphHelp}`}
        tabIndex={0}
        classList={{ looking: near() !== null }}
      >
        <defs>
          <For each={['plain', 'back', 'taken']}>
            {(kind) => (
              <marker
                id={`${markers}-${kind}`}
                class={`arrow ${kind}`}
                viewBox="0 0 8 8"
                refX="7"
                refY="4"
                markerWidth="7"
                markerHeight="7"
                markerUnits="userSpaceOnUse"
                orient="auto-start-reverse"
              >
                <path d="M0.5,0.5 L7.5,4 L0.5,7.5 L2.2,4 Z" />
              </marker>
            )}
          </For>
        </defs>
        <Show when={props.graph}>
          {(graph) => (
            <g transform={style()}>
              <For each={graph().states.filter(({ kind }) => kind !== 'atomic')}>
                {(state) => (
                  <StateBox
                    state={state}
                    mark={props.marks.state(state.id)}
                    selected={props.selected === state.id}
                    onSelect={props.onSelect}
                    onNear={setNear}
                  />
                )}
              </For>
              <Show when={graph().anywhere}>
                {(box) => (
                  <g class="anywhere" transform={`translate(${String(box().x)} ${String(box().y)})`}>
                    <rect width={box().width} height={box().height} rx={box().height / 2} />
                    <text x={box().width / 2} y={box().height / 2 + 4}>
                      {sagaTexts.anywhere}
                    </text>
                  </g>
                )}
              </Show>
              <For each={edges()}>
                {(edge) => (
                  <EdgeLine
                    edge={edge}
                    mark={props.marks.edge(edge)}
                    near={touches(edge)}
                    markers={markers}
                    onNear={setNear}
                  />
                )}
              </For>
              <For each={graph().states.filter(({ kind }) => kind === 'atomic')}>
                {(state) => (
                  <StateBox
                    state={state}
                    mark={props.marks.state(state.id)}
                    selected={props.selected === state.id}
                    onSelect={props.onSelect}
                    onNear={setNear}
                  />
                )}
              </For>
              <For each={edges()}>
                {(edge) => (
                  <EdgeWords
                    edge={edge}
                    mark={props.marks.edge(edge)}
                    near={near() === edge.id}
                    words={words(edge)}
                  />
                )}
              </For>
            </g>
          )}
        </Show>
      </svg>
      <Show when={props.graph === undefined}>
        <span class="skeleton graph-wait" />
      </Show>
      <div class="graph-tools">
        <button
          type="button"
          class="icon-button"
          aria-label={sagaTexts.words}
          title={sagaTexts.words}
          aria-pressed={props.labelled}
          onClick={() => props.onLabelled(!props.labelled)}
        >
          <Type size={16} aria-hidden="true" />
        </button>
        <Tool name={sagaTexts.zoomOut} act={view.zoomOut} icon={<Minus size={16} aria-hidden="true" />} />
        <Tool name={sagaTexts.zoomIn} act={view.zoomIn} icon={<Plus size={16} aria-hidden="true" />} />
        <Tool name={sagaTexts.fit} act={view.fit} icon={<Maximize size={16} aria-hidden="true" />} />
      </div>
      {props.children}
    </section>
  );
}

function Tool(props: {
  readonly name: string;
  readonly act: () => void;
  readonly icon: JSX.Element;
}): JSX.Element {
  return (
    <button
      type="button"
      class="icon-button"
      aria-label={props.name}
      title={props.name}
      onClick={() => props.act()}
    >
      {props.icon}
    </button>
  );
}

function StateBox(props: {
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
            <text class="count" x={state.width - 12} y={isAtomic ? state.height / 2 + 5 : 20}>
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

function EdgeLine(props: {
  readonly edge: DrawnEdge;
  readonly mark: EdgeMark;
  readonly near: boolean;
  readonly markers: string;
  readonly onNear: (id: string | null) => void;
}): JSX.Element {
  const path = pathOf(props.edge.points);
  const isLit = () => props.mark.stage === 'now' || props.mark.stage === 'taken';
  const marker = () => (isLit() ? 'taken' : props.edge.kind === 'compensation' ? 'back' : 'plain');
  const width = () => 1.25 + Math.min(3, Math.log2(1 + (props.mark.flow ?? 0)) * 0.35);
  return (
    <g
      class={`edge ${props.edge.kind}`}
      classList={{ near: props.near, flowing: (props.mark.flow ?? 0) > 0 }}
      data-stage={props.mark.stage}
      data-edge={props.edge.id}
      onPointerEnter={() => props.onNear(props.edge.id)}
      onPointerLeave={() => props.onNear(null)}
    >
      <path class="hit" d={path} />
      <path class="line" d={path} stroke-width={width()} marker-end={`url(#${props.markers}-${marker()})`} />
      <Show when={(props.mark.flow ?? 0) > 0}>
        <path class="flow" d={path} stroke-width={width()} />
      </Show>
    </g>
  );
}

/** The words of a line: in the place kept for them, or, while it is looked at, over the middle of it. */
function EdgeWords(props: {
  readonly edge: DrawnEdge;
  readonly mark: EdgeMark;
  readonly near: boolean;
  readonly words: readonly string[];
}): JSX.Element {
  const middle = middleOf(props.edge.points);
  const lines = () =>
    props.near ? [...(props.mark.text === undefined ? [] : [props.mark.text]), ...props.words] : [];
  return (
    <>
      <Show when={props.edge.label}>
        {(label) => (
          <g
            class={`words ${props.edge.kind}`}
            transform={`translate(${String(label().x)} ${String(label().y)})`}
          >
            <For each={props.words}>
              {(line, index) => (
                <text x={6} y={14 + index() * 16}>
                  {line}
                </text>
              )}
            </For>
          </g>
        )}
      </Show>
      <Show when={!props.near && props.mark.text}>
        {(text) => <Plate lines={[text()]} at={middle} kind={`rate ${props.edge.kind}`} />}
      </Show>
      <Show when={lines().length > 0}>
        <Plate lines={lines()} at={middle} kind="tip" />
      </Show>
    </>
  );
}

function Plate(props: {
  readonly lines: readonly string[];
  readonly at: { readonly x: number; readonly y: number };
  readonly kind: string;
}): JSX.Element {
  const width = () => Math.max(...props.lines.map((line) => line.length)) * 6.4 + 14;
  const height = () => props.lines.length * 16 + 4;
  return (
    <g
      class={`plate ${props.kind}`}
      transform={`translate(${String(props.at.x - width() / 2)} ${String(props.at.y - height() / 2)})`}
      aria-hidden="true"
    >
      <rect width={width()} height={height()} rx={5} />
      <For each={props.lines}>
        {(line, index) => (
          <text x={width() / 2} y={14 + index() * 16}>
            {line}
          </text>
        )}
      </For>
    </g>
  );
}

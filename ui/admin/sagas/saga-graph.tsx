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
import type { DrawnEdge } from '../../../core/engine/graph-layout.ts';
import type { SagaGraph as Graph } from '../../../core/services/sagas/ports.ts';
import { sagaTexts } from '../texts/sagas.ts';
import { EdgeLine, EdgeWords } from './graph-edge.tsx';
import type { GraphMarks } from './graph-marks.ts';
import { StateBox } from './graph-state.tsx';
import { createViewPort } from './view-port.ts';
import { transitionWords } from './wording.ts';
import './saga-graph.css';

export function SagaGraph(props: {
  readonly graph: Graph | undefined;
  readonly marks: GraphMarks;
  readonly selected: string | undefined;
  readonly onSelect: (state: string) => void;
  readonly labelled: boolean;
  readonly onLabelled: (labelled: boolean) => void;
  /** Kept in sight. */
  readonly follow?: string | undefined;
  /** The part that is seen, as `view-port.ts` writes it; undefined: as it is first seen. */
  readonly view: string | undefined;
  readonly onView: (view: string | undefined) => void;
  readonly children?: JSX.Element;
}): JSX.Element {
  const markers = createUniqueId();
  const [near, setNear] = createSignal<string | null>(null);
  const view = createViewPort({
    drawing: () => props.graph,
    told: () => props.view,
    onMoved: (moved) => props.onView(moved),
  });
  // A drawing of another size is fitted in anew; the first is seen as the address says.
  createEffect(
    on(
      () => props.graph?.drawing,
      (drawing, before) => {
        if (drawing === undefined) return;
        if (before !== undefined && before !== drawing) props.onView(undefined);
        view.start();
      },
    ),
  );
  // What the address shows is shown as it is, wherever the saga stands; from then on it is followed.
  let shownAsTold = props.view !== undefined;
  createEffect(() => {
    const state = props.graph?.states.find(({ id }) => id === props.follow);
    if (state === undefined) return;
    if (!shownAsTold) view.reveal(state);
    shownAsTold = false;
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

/** Lines between states, and the words on them. */
import { For, Show, type JSX } from 'solid-js';
import type { DrawnEdge } from '../../../core/engine/graph-layout.ts';
import type { EdgeMark } from './graph-marks.ts';
import { middleOf, pathOf } from './graph-path.ts';

export function EdgeLine(props: {
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
export function EdgeWords(props: {
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

import type { ElkExtendedEdge, ElkNode } from 'elkjs';
import {
  type Box,
  COMPOUND_HEAD,
  type Drawing,
  type DrawnEdge,
  type DrawnGraph,
  type DrawnState,
  edgeKind,
  hasAnywhere,
  labelSize,
  type Link,
  linksOf,
  type Point,
  stateSize,
} from '../../core/engine/graph-layout.ts';
import { ANYWHERE, type MachineGraph } from '../../core/engine/machine-graph.ts';
import { assert } from '../../core/kernel/assert.ts';

/** A machine's graph in the terms of the Eclipse Layout Kernel, and back. */

const PADDING = 14;
const OPTIONS = {
  'elk.algorithm': 'layered',
  'elk.direction': 'DOWN',
  'elk.hierarchyHandling': 'INCLUDE_CHILDREN',
  'elk.edgeRouting': 'ORTHOGONAL',
  // The order of the definition is the order on the screen: a state added moves as little else as possible.
  'elk.layered.considerModelOrder.strategy': 'NODES_AND_EDGES',
  'elk.layered.cycleBreaking.strategy': 'MODEL_ORDER',
  'elk.layered.nodePlacement.strategy': 'NETWORK_SIMPLEX',
  // More rounds took four times as long and changed nothing one sees.
  'elk.layered.thoroughness': '1',
  'elk.layered.spacing.nodeNodeBetweenLayers': '26',
  'elk.spacing.nodeNode': '28',
  'elk.spacing.edgeNode': '16',
  'elk.layered.spacing.edgeNodeBetweenLayers': '12',
  'elk.spacing.edgeEdge': '8',
  'elk.layered.spacing.edgeEdgeBetweenLayers': '8',
  'elk.spacing.edgeLabel': '4',
  'elk.randomSeed': '1',
};
const ANYWHERE_SIZE = { width: 108, height: 34 };

export function toElk(graph: MachineGraph, drawing: Drawing): ElkNode {
  const links = linksOf(graph);
  return {
    id: 'machine',
    layoutOptions: OPTIONS,
    children: [
      ...childrenOf(graph, null),
      ...(hasAnywhere(links) ? [{ id: ANYWHERE, ...ANYWHERE_SIZE }] : []),
    ],
    edges: links.map((link) => toElkEdge(link, drawing)),
  };
}

function childrenOf(graph: MachineGraph, parent: string | null): ElkNode[] {
  return graph.states
    .filter((state) => state.parent === parent)
    .map(({ id, name }) => {
      const children = childrenOf(graph, id);
      if (children.length === 0) return { id, ...stateSize(name) };
      const sides = ['left', 'bottom', 'right'].map((side) => `${side}=${String(PADDING)}`).join(',');
      return { id, children, layoutOptions: { 'elk.padding': `[top=${String(COMPOUND_HEAD)},${sides}]` } };
    });
}

function toElkEdge({ id, from, to, transitions }: Link, drawing: Drawing): ElkExtendedEdge {
  return {
    id,
    sources: [from],
    targets: [to],
    labels: drawing === 'compact' ? [] : [{ id: `${id} label`, text: id, ...labelSize(transitions) }],
  };
}

/** What ELK placed. Its positions are relative to what contains them; ours are those of the drawing. */
export function fromElk(graph: MachineGraph, placed: ElkNode): DrawnGraph {
  const boxes = new Map<string, Box>();
  const routes = new Map<string, { readonly edge: ElkExtendedEdge; readonly within: string }>();
  const walk = (node: ElkNode, origin: Point): void => {
    const { x = 0, y = 0, width = 0, height = 0 } = node;
    const box = { x: origin.x + x, y: origin.y + y, width, height };
    boxes.set(node.id, box);
    for (const edge of node.edges ?? []) routes.set(edge.id, { edge, within: edge.container ?? node.id });
    for (const child of node.children ?? []) walk(child, box);
  };
  walk(placed, { x: 0, y: 0 });
  const boxOf = (id: string) => {
    const box = boxes.get(id);
    assert(box !== undefined, `${id} was placed`);
    return rounded(box);
  };
  const states = graph.states.map((state): DrawnState => ({ ...state, ...boxOf(state.id) }));
  const links = linksOf(graph);
  const edges = links.map((link): DrawnEdge => {
    const route = routes.get(link.id);
    assert(route !== undefined, `${link.id} was routed`);
    const { edge, within } = route;
    const origin = boxOf(within);
    const [label] = edge.labels ?? [];
    return {
      id: link.id,
      from: link.from,
      to: link.to,
      kind: edgeKind(link),
      transitions: link.transitions.map(({ id }) => id),
      points: (edge.sections ?? [])
        .flatMap(({ startPoint, bendPoints = [], endPoint }) => [startPoint, ...bendPoints, endPoint])
        .map(({ x, y }) => ({ x: Math.round(x + origin.x), y: Math.round(y + origin.y) })),
      label:
        label === undefined
          ? null
          : rounded({
              x: (label.x ?? 0) + origin.x,
              y: (label.y ?? 0) + origin.y,
              width: label.width ?? 0,
              height: label.height ?? 0,
            }),
    };
  });
  const { width, height } = boxOf(placed.id);
  const anywhere = hasAnywhere(links) ? boxOf(ANYWHERE) : null;
  return { width, height, states, anywhere, edges, transitions: graph.transitions };
}

function rounded({ x, y, width, height }: Box): Box {
  return { x: Math.round(x), y: Math.round(y), width: Math.round(width), height: Math.round(height) };
}

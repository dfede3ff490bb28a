import t from 'tap';
import { machineGraph } from '../../core/engine/machine-graph.ts';
import type { Box, DrawnGraph } from '../../core/engine/graph-layout.ts';
import { orderMachine } from '../../sagas/order/machine.ts';
import { elkLayouter } from './layouter.ts';

const graph = machineGraph(orderMachine);

function inside(inner: Box, outer: Box): boolean {
  return (
    inner.x >= outer.x &&
    inner.y >= outer.y &&
    inner.x + inner.width <= outer.x + outer.width &&
    inner.y + inner.height <= outer.y + outer.height
  );
}

/** Lies within, or touches the edge of it: positions are whole pixels. */
function touches({ x, y }: { readonly x: number; readonly y: number }, box: Box): boolean {
  return x >= box.x - 1 && y >= box.y - 1 && x <= box.x + box.width + 1 && y <= box.y + box.height + 1;
}

t.test(
  'a graph is placed the same way each time, its states within each other, its lines between them',
  async (t) => {
    const [one, other] = await Promise.all([
      elkLayouter.layout(graph, 'compact'),
      elkLayouter.layout(graph, 'compact'),
    ]);
    t.strictSame(one, other);
    const boxes = new Map<string, Box>(one.states.map((state) => [state.id, state]));
    const canvas = { x: 0, y: 0, width: one.width, height: one.height };
    for (const state of one.states) {
      t.ok(inside(state, state.parent === null ? canvas : (boxes.get(state.parent) ?? canvas)), state.id);
    }
    const ends = new Map(boxes);
    if (one.anywhere !== null) ends.set('*', one.anywhere);
    for (const { id, from, to, points, label } of one.edges) {
      const [first, last] = [points[0], points.at(-1)];
      const [start, end] = [ends.get(from), ends.get(to)];
      if (first === undefined || last === undefined || start === undefined || end === undefined) t.fail(id);
      else t.ok(touches(first, start) && touches(last, end), id);
      t.equal(label, null);
    }
    t.strictSame(drawn(one), shown(), 'every transition that leads elsewhere has its line');
  },
);

t.test('with words, every line has room for one a transition', async (t) => {
  const { edges } = await elkLayouter.layout(graph, 'labelled');
  for (const { id, label, transitions } of edges) {
    t.ok((label?.height ?? 0) >= transitions.length * 16, id);
  }
});

function drawn({ edges }: DrawnGraph): readonly string[] {
  return edges.flatMap(({ transitions }) => transitions).sort();
}

function shown(): readonly string[] {
  return graph.transitions
    .filter(({ from, to }) => to !== null && to !== from)
    .map(({ id }) => id)
    .sort();
}

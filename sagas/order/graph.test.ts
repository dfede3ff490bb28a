import t from 'tap';
import { machineGraph } from '../../core/engine/machine-graph.ts';
import { Ways } from '../../core/engine/machine-way.ts';
import { TIMER_FIRED } from '../../core/engine/behaviour.ts';
import { readHistories } from './testing/history-files.ts';
import { orderMachine } from './machine.ts';

const graph = machineGraph(orderMachine);

interface Config {
  readonly states?: Readonly<Record<string, Config>>;
  readonly on?: Readonly<Record<string, unknown>>;
  readonly always?: unknown;
  readonly after?: Readonly<Record<string, unknown>>;
}

/** How many transitions a definition writes down: each is one thing, or a list. */
function written({ states = {}, on = {}, always = [], after = {} }: Config): number {
  const count = (value: unknown): number => (Array.isArray(value) ? value.length : 1);
  const own = [...Object.values(on), always, ...Object.values(after)].map(count);
  return [...own, ...Object.values(states).map(written)].reduce((sum, each) => sum + each, 0);
}

t.test('the graph of an order has every state and every transition that is written down', (t) => {
  const config = orderMachine.config as unknown as Config;
  const states = (each: Config): string[] =>
    Object.entries(each.states ?? {}).flatMap(([name, below]) => [name, ...states(below)]);
  t.strictSame(
    graph.states.map(({ name }) => name),
    states(config),
  );
  t.equal(graph.transitions.length, written(config));
  const known = new Set(graph.states.map(({ id }) => id));
  t.ok(graph.transitions.every(({ to }) => to === null || known.has(to)));
  t.end();
});

t.test('the ends of an order, and the way back, stand apart', (t) => {
  const roles = new Map(graph.states.map(({ id, role }) => [id, role]));
  t.equal(roles.get('delivered'), 'done');
  t.equal(roles.get('compensating.settling'), 'compensation');
  t.equal(roles.get('cancelled'), 'undone');
  t.equal(roles.get('failed'), 'stuck');
  t.equal(roles.get('shipped.underWay'), 'forward');
  t.end();
});

t.test('every step of every recorded life that led somewhere is a way of the graph', (t) => {
  const ways = new Ways(graph);
  for (const { name, placed, steps } of readHistories()) {
    let from = placed.state;
    for (const { type, data, then } of steps) {
      const trigger = type === TIMER_FIRED ? String(data['timer']) : type;
      const way = ways.of({ from, to: then.state, trigger });
      if (from !== then.state) t.ok(way.length > 0, `${name}: ${trigger} from ${from} to ${then.state}`);
      from = then.state;
    }
  }
  t.end();
});

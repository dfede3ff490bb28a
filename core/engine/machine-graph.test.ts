import t from 'tap';
import { createMachine, setup } from 'xstate';
import { ANYWHERE, machineGraph } from './machine-graph.ts';
import { Ways } from './machine-way.ts';

const machine = setup({
  delays: { patienceMs: 1_000 },
  guards: { enough: () => true, tooMuch: () => false },
  actions: { tell: () => undefined, note: () => undefined },
}).createMachine({
  id: 'tea',
  initial: 'cold',
  on: { spill: { target: '.spilt' }, smell: { actions: 'note' } },
  states: {
    cold: { on: { heat: [{ guard: 'tooMuch', target: 'spilt' }, { target: 'hot' }] }, entry: 'tell' },
    hot: {
      initial: 'steeping',
      always: { guard: 'enough', target: 'drunk' },
      after: { patienceMs: 'cold', 500: { actions: 'note' } },
      states: { steeping: { on: { stir: 'strong' } }, strong: {} },
    },
    drunk: { meta: { role: 'done' } },
    spilt: {
      meta: { role: 'compensation' },
      initial: 'wiping',
      states: { wiping: { on: { dry: '#tea.drunk' } } },
    },
  },
});

t.test('every state is a node and every transition an edge, once, with what it waits for and does', (t) => {
  const { states, transitions } = machineGraph(machine);
  t.strictSame(
    states.map(({ id, parent, kind, role, initial }) => [id, parent, kind, role, initial]),
    [
      ['cold', null, 'atomic', 'forward', true],
      ['hot', null, 'compound', 'forward', false],
      ['hot.steeping', 'hot', 'atomic', 'forward', true],
      ['hot.strong', 'hot', 'atomic', 'forward', false],
      ['drunk', null, 'atomic', 'done', false],
      ['spilt', null, 'compound', 'compensation', false],
      ['spilt.wiping', 'spilt', 'atomic', 'compensation', true],
    ],
  );
  t.strictSame(states[0]?.entry, ['tell']);
  t.strictSame(
    transitions.map(({ from, to, cause, label, guard, compensation }) =>
      [from, to, cause, label, guard, compensation].map(String).join(' '),
    ),
    [
      '* spilt event spill null true',
      '* null event smell null false',
      'cold spilt event heat tooMuch true',
      'cold hot event heat null false',
      'hot drunk condition  enough false',
      'hot null timeout 500 ms null false',
      'hot cold timeout patienceMs null false',
      'hot.steeping hot.strong event stir null false',
      'spilt.wiping drunk event dry null true',
    ],
  );
  t.equal(new Set(transitions.map(({ id }) => id)).size, transitions.length, 'ids are unique');
  t.ok(transitions.some(({ from }) => from === ANYWHERE));
  t.end();
});

t.test('a role that is none is refused', (t) => {
  const wrong = createMachine({ id: 'wrong', initial: 'a', states: { a: { meta: { role: 'sideways' } } } });
  t.throws(() => machineGraph(wrong), { message: /role of state a/ });
  t.end();
});

t.test('the way of a step is found, through conditions and from the states around', (t) => {
  const ways = new Ways(machineGraph(machine));
  const way = (from: string, trigger: string, to: string) => ways.of({ from, to, trigger });
  t.strictSame(way('', 'begun', 'cold'), [], 'nothing led to the beginning');
  t.strictSame(way('cold', 'heat', 'hot.steeping'), ['cold|heat|1']);
  t.strictSame(
    way('cold', 'heat', 'drunk'),
    ['cold|heat|1', 'hot||0'],
    'through a condition of the state around',
  );
  t.strictSame(way('cold', 'heat', 'spilt.wiping'), ['cold|heat|0']);
  t.strictSame(way('hot.strong', 'xstate.after.patienceMs.tea.hot', 'cold'), [
    'hot|xstate.after.patienceMs.tea.hot|0',
  ]);
  t.strictSame(way('hot.strong', 'spill', 'spilt.wiping'), ['*|spill|0'], 'from anywhere');
  t.strictSame(way('hot.strong', 'smell', 'hot.strong'), ['*|smell|0'], 'what stays');
  t.strictSame(way('drunk', 'heat', 'drunk'), [], 'what means nothing there');
  t.strictSame(way('drunk', 'heat', 'nowhere'), []);
  t.end();
});

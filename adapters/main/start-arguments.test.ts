import t from 'tap';
import { readStartArguments } from './start-arguments.ts';

t.test('the demo is asked for by arguments', (t) => {
  t.same(readStartArguments([]), { removeDemo: false });
  t.same(readStartArguments(['--demo']), { removeDemo: false, demo: { ordersPerMinute: 30, sales: true } });
  t.same(readStartArguments(['--demo', '--orders-per-minute=120', '--no-sales']), {
    removeDemo: false,
    demo: { ordersPerMinute: 120, sales: false },
  });
  t.same(readStartArguments(['--remove-demo']), { removeDemo: true });
  t.end();
});

t.test('a wrong argument is named', (t) => {
  const refused = (args: readonly string[], message: RegExp) =>
    t.throws(() => readStartArguments(args), { code: 'bad_argument', message }, args.join(' '));
  refused(['--dmeo'], /^Unknown argument --dmeo\./);
  refused(['--demo=5'], /^Unknown argument --demo=5\./);
  refused(['--demo', '--orders-per-minute=0'], /^--orders-per-minute=0: .* from 1 to 600/);
  refused(['--demo', '--orders-per-minute=many'], /^--orders-per-minute=many: /);
  refused(['--orders-per-minute=5'], /^--orders-per-minute: needs --demo/);
  refused(['--no-sales'], /^--no-sales: needs --demo/);
  refused(['--demo', '--remove-demo'], /^--remove-demo: cannot/);
  t.end();
});

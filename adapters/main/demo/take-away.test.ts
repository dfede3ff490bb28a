import t from 'tap';
import { OrreryError } from '../../../core/kernel/errors.ts';
import type { DemoRemoval } from '../../../core/services/demo/ports.ts';
import { takeDemoAway } from './take-away.ts';

const busy = new OrreryError('stock_not_back', 'not yet', { retryable: true });

/** Answers in this order, the last of them for ever. */
function demoOf(answers: readonly (Partial<DemoRemoval> | Error)[]) {
  let asked = 0;
  return {
    asked: () => asked,
    removeSome: () => {
      const answer = answers[Math.min(asked, answers.length - 1)];
      asked += 1;
      if (answer instanceof Error) return Promise.reject(answer);
      return Promise.resolve({ removed: 0, left: 0, underWay: 0, done: false, ...answer });
    },
  };
}

t.test('a removal goes on for as long as it gets on, however many orders there are', async (t) => {
  const lines: string[] = [];
  const steps = Array.from({ length: 50 }, () => ({ removed: 200, left: 200 }));
  const demo = demoOf([...steps, { done: true }]);
  const slowly = {
    removeSome: async () => {
      await new Promise((resolve) => setTimeout(resolve, 4));
      return demo.removeSome();
    },
  };
  // All steps together take longer than one may.
  await takeDemoAway(slowly, (line) => lines.push(line), { patienceMs: 100 });
  t.match(lines.at(-1), 'The demo is gone: 10000 orders removed');
});

t.test('and gives up once nothing comes to its end', async (t) => {
  const demo = demoOf([{ removed: 7 }, { underWay: 3 }]);
  await t.rejects(
    takeDemoAway(demo, () => undefined, { patienceMs: 1, lookMs: 5 }),
    {
      code: 'demo_left',
      message: '7 orders removed; 3 have not come to their end yet, try again later',
    },
  );
});

t.test('what can be tried again is, and the rest is told', async (t) => {
  const lines: string[] = [];
  await takeDemoAway(demoOf([busy, { removed: 1, done: true }]), (line) => lines.push(line), { lookMs: 1 });
  t.match(lines.at(-1), 'The demo is gone: 1 orders removed');
  await t.rejects(
    takeDemoAway(demoOf([new Error('gone')]), () => undefined),
    { message: 'gone' },
  );
});

t.test('it ends between two steps when the process is to stop', async (t) => {
  const demo = demoOf([{ removed: 200, left: 200 }]);
  await takeDemoAway(demo, () => undefined, { stopped: () => demo.asked() === 3 });
  t.equal(demo.asked(), 3);
});

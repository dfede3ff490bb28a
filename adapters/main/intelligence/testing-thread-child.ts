import { parentPort, workerData } from 'node:worker_threads';
import type { TrainingWork } from './training-thread.ts';

/* Stands in for the thread that trains: what it does wrong depends on the model. */
const { name } = workerData as TrainingWork;
parentPort?.on('message', ({ rows }: { readonly rows: readonly unknown[] | undefined }) => {
  if (rows !== undefined) return;
  if (name === 'demand') throw new Error('it broke');
  if (name === 'pricing') process.exit(1);
  for (;;) Math.random();
});

import { openPglite } from './pglite.ts';

/** Run by pglite.test.ts in a process of its own: commits, leaves a transaction open, and ends without warning. */
const db = await openPglite(process.argv[2] ?? '');
await db.query('insert into kept values (1)');
await db.transaction(async (tx) => {
  await tx.query('insert into kept values (2)');
  process.kill(process.pid, 'SIGKILL');
  await new Promise((resolve) => setTimeout(resolve, 10_000));
});

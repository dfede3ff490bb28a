import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { HISTORIES, historyPath, readHistories } from './history-files.ts';
import { differences, historyText, record } from './history.ts';
import { orderBehaviour } from './order-world.ts';
import { stories } from './stories.ts';

/*
 * `npm run sagas:record`: accepts what the order saga decides today. Recorded histories hear again what they heard
 * and keep today's answers; stories without a recording are lived through for the first time. What changed is printed
 * and shows in the diff of the files: read it before committing.
 */
mkdirSync(HISTORIES, { recursive: true });
let changed = 0;
for (const history of readHistories()) {
  const lines = differences(history, orderBehaviour);
  if (lines.length === 0) continue;
  console.log(lines.join('\n'));
  const { name, input, steps } = history;
  writeFileSync(historyPath(name), historyText(record(name, orderBehaviour, input, steps)));
  changed += 1;
}
let added = 0;
for (const [name, live] of Object.entries(stories)) {
  if (existsSync(historyPath(name))) continue;
  const { input, heard } = live();
  writeFileSync(historyPath(name), historyText(record(name, orderBehaviour, input, heard)));
  added += 1;
}
console.log(`${String(changed)} histories changed, ${String(added)} recorded for the first time`);

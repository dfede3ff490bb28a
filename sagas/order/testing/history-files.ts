import { readdirSync, readFileSync } from 'node:fs';
import { parseHistory } from './history.ts';
import type { History } from './history.ts';

/** Below the repository, where commands and tests run. */
export const HISTORIES = 'sagas/order/testing/histories';
const ENDING = '.jsonl';

/** `cancelled too late` is kept in `cancelled-too-late.jsonl`. */
export function historyPath(name: string): string {
  return `${HISTORIES}/${name.replaceAll(/[^a-z]+/g, '-')}${ENDING}`;
}

/** All that are recorded, by name. */
export function readHistories(): readonly History[] {
  return readdirSync(HISTORIES)
    .filter((file) => file.endsWith(ENDING))
    .sort()
    .map((file) =>
      parseHistory(
        file.slice(0, -ENDING.length).replaceAll('-', ' '),
        readFileSync(`${HISTORIES}/${file}`, 'utf8'),
      ),
    );
}

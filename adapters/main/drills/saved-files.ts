import { readdirSync } from 'node:fs';

/** Below the repository, where drills and tests run. */
const FOLDER = 'adapters/main/drills/fixtures';

export function savedOrdersFile(definition: number): string {
  return `${FOLDER}/orders-definition-${String(definition)}.jsonl`;
}

/** All that are kept, the oldest first. */
export function savedOrdersFiles(): readonly string[] {
  return readdirSync(FOLDER)
    .filter((file) => file.endsWith('.jsonl'))
    .sort((one, other) => one.localeCompare(other, 'en', { numeric: true }))
    .map((file) => `${FOLDER}/${file}`);
}

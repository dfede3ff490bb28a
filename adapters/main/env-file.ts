import { existsSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';

/**
 * Adds the settings of a `.env` file to the environment of this process, if the folder has one.
 * What is already in the environment wins. Returns whether there was a file.
 */
export function readEnvFile(folder: string = process.cwd()): boolean {
  const path = join(folder, '.env');
  if (!existsSync(path)) return false;
  process.loadEnvFile(path);
  return true;
}

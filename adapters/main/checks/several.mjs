/**
 * Runs several compiled test files in one process, one after the other: what each would load, and the database that
 * tests make in the process, is there for the next. Each file's end is told by a test of its own name.
 *
 *   node several.mjs a.test.js b.test.js
 */
import process from 'node:process';
import { pathToFileURL } from 'node:url';
import { FILE_ENDED } from './tap-output.mjs';

const files = process.argv.splice(2);
process.env.ORRERY_TEST_IDLE_MS = '5000';
// Tap names the folders of fixtures after the program's arguments: as if the first file had been started by itself.
process.argv[1] = files[0];
const { default: t } = await import('tap');

for (const file of files) {
  await import(pathToFileURL(file).href);
  // Whatever the file has queued runs before this.
  await t.test(FILE_ENDED + file, (t) => {
    t.end();
  });
}

/**
 * Runs several compiled test files in one process, one after the other: what each would load, and the database that
 * tests make in the process, is there for the next. Each file's end is told by a test of its own name.
 *
 *   node several.mjs a.test.js b.test.js
 */
import process from 'node:process';
import { pathToFileURL } from 'node:url';
import t from 'tap';
import { FILE_ENDED } from './tap-output.mjs';

for (const file of process.argv.slice(2)) {
  await import(pathToFileURL(file).href);
  // Whatever the file has queued runs before this.
  await t.test(FILE_ENDED + file, (t) => {
    t.end();
  });
}

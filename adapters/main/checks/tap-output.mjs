/** Reads what a process of tests says (TAP): totals, by file where it ran several. */

/** The name of the test that tells the end of a file begins so; the file's path follows. */
export const FILE_ENDED = 'end of file ';

/**
 * The top-level tests of an output, file by file.
 *
 * @param output as the process wrote it
 * @param files the files it was to run, in turn; one alone needs no word about its end
 * @returns a total per file, `done` once its end was told, and whether the whole told its plan
 */
export function readTap(output, files) {
  const totals = files.map((file) => ({ file, passed: 0, failed: 0, skipped: 0, done: false }));
  let current = 0;
  let planned = false;
  for (const line of output.split('\n')) {
    if (/^1\.\.\d+/.test(line)) planned = true;
    const point = /^(not )?ok \d+(?: - (.*))?$/.exec(line);
    if (point === null) continue;
    const [, not, said = ''] = point;
    const total = totals[Math.min(current, totals.length - 1)];
    if (files.length > 1 && said.startsWith(FILE_ENDED)) {
      total.done = true;
      current += 1;
    } else if (/ # SKIP\b/i.test(` ${said}`)) total.skipped += 1;
    else if (not === undefined) total.passed += 1;
    else total.failed += 1;
  }
  if (files.length === 1) totals[0].done = planned;
  return { totals, planned };
}

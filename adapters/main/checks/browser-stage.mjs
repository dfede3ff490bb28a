/**
 * One platform and one browser for the browser tests of a run (adapters/browser/stage.ts).
 *
 * Resolves to what the tests find in their environment and how to end both; to undefined where there is no browser,
 * and when they do not come up: each test then starts its own, or says what is missing.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

export async function openBrowserStage(root) {
  const child = spawn(process.execPath, [join(root, 'dist/adapters/browser/stage.js')], {
    cwd: root,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const ended = once(child, 'exit');
  let complaint = '';
  child.stderr.setEncoding('utf8').on('data', (chunk) => (complaint += chunk));
  const said = await Promise.race([
    once(createInterface({ input: child.stdout }), 'line').then(([line]) => JSON.parse(line)),
    ended.then(() => undefined),
  ]);
  if (said === undefined) {
    console.log(`no shared browser, each test starts its own: ${complaint.trim().split('\n').at(-1)}`);
    return undefined;
  }
  return {
    env: { ORRERY_TEST_URL: said.url, ORRERY_TEST_BROWSER: said.browser },
    close: async () => {
      child.stdin.end();
      await ended;
    },
  };
}

import { chromium } from 'playwright-core';
import { CHROMIUM_ARGUMENTS, installedChromium } from './chromium.ts';
import { startPlatform } from './platform.ts';

/**
 * One platform and one browser for all browser tests of a run that need no settings of their own: each start costs
 * seconds of a core. Prints a line `{"url", "browser"}` once both are up, and ends with its standard input.
 *
 * `url` is the product's address (ORRERY_TEST_URL), `browser` the browser's (ORRERY_TEST_BROWSER).
 */
const undo: (() => Promise<void>)[] = [];

async function end(): Promise<void> {
  for (const one of undo.splice(0).reverse()) await one();
}

const ended = new Promise<void>((resolve) => {
  process.stdin.resume().once('end', resolve).once('error', resolve);
  process.once('SIGTERM', resolve);
});

try {
  const [url, browser] = await Promise.all([
    startPlatform({ teardown: (one) => void undo.push(one) }),
    chromium.launchServer({ executablePath: installedChromium(), args: [...CHROMIUM_ARGUMENTS] }),
  ]);
  undo.push(() => browser.close());
  console.log(JSON.stringify({ url, browser: browser.wsEndpoint() }));
  await ended;
} finally {
  await end();
}

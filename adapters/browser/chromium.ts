import { existsSync } from 'node:fs';
import {
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  chromium,
  type Page,
} from 'playwright-core';
import { until } from '../../core/kernel/testing-until.ts';

const USUAL_PLACES = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/snap/bin/chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
];

/** How long a page may take to show what a test waits for, on a machine that is busy with other tests. */
const STEP_MS_MAX = 120_000;

/** The part of a tap test that is needed here. */
interface Teardown {
  teardown(undo: () => Promise<void>): void;
}

/** Root, as in a container, has no sandbox to give. */
export const CHROMIUM_ARGUMENTS = ['--no-sandbox', '--disable-dev-shm-usage'] as const;

function installed(): string | undefined {
  const named = process.env['CHROMIUM_PATH'];
  if (named !== undefined && named !== '') return named;
  return USUAL_PLACES.find((path) => existsSync(path));
}

/** The browser's program; throws where there is none. */
export function installedChromium(): string {
  const path = installed();
  if (path === undefined) throw new Error('no Chromium found: set CHROMIUM_PATH, or install one');
  return path;
}

/** Why browser tests can't run here; undefined: they can, or REQUIRE_SERVICES=1 says they must. */
export function browserMissing(): string | undefined {
  if (process.env['REQUIRE_SERVICES'] === '1' || installed() !== undefined) return undefined;
  return 'no Chromium found: set CHROMIUM_PATH, or install one';
}

/** Starts Chromium, or joins the one at ORRERY_TEST_BROWSER, and leaves it after the test. */
export async function openBrowser(t: Teardown): Promise<Browser> {
  const shared = process.env['ORRERY_TEST_BROWSER'];
  const browser =
    shared !== undefined && shared !== ''
      ? await chromium.connect(shared)
      : await chromium.launch({ executablePath: installedChromium(), args: [...CHROMIUM_ARGUMENTS] });
  t.teardown(() => browser.close());
  return browser;
}

export interface Visit {
  readonly page: Page;
  readonly context: BrowserContext;
  /** What the page complained of: uncaught errors, refused scripts, failed requests other than "who am I". */
  readonly complaints: readonly string[];
}

/** A visitor with a browser profile of their own, who asks for little motion: drawing it takes most of the time. */
export async function visit(
  browser: Browser,
  baseUrl: string,
  options: BrowserContextOptions = {},
): Promise<Visit> {
  const context = await browser.newContext({
    baseURL: baseUrl,
    viewport: { width: 1280, height: 900 },
    reducedMotion: 'reduce',
    ...options,
  });
  const page = await context.newPage();
  page.setDefaultTimeout(STEP_MS_MAX);
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    // A guest asks who they are and hears 401: the browser logs that, and it is right.
    const isGuest = message.location().url.endsWith('/api/auth/me');
    if (message.type() === 'error' && !isGuest) complaints.push(message.text());
  });
  return { page, context, complaints };
}

/** Waits until `expression` is true in the page. Playwright's own way evaluates in the page, which its policy forbids. */
export async function untilTrue(page: Page, expression: string): Promise<void> {
  await until(expression, () => page.evaluate<boolean>(expression));
}

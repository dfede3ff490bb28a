import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import t from 'tap';

/** What a first visit may load of script, all told, compressed as servers do. On a slow phone line: about a second. */
const FIRST_LOAD_BYTES_MAX = 70 * 1024;
const UI = 'dist/ui';

/** Scripts the page asks for at once: those it names, and what these import without being asked to wait. */
async function firstScripts(): Promise<ReadonlyMap<string, string>> {
  const page = await readFile(join(UI, 'index.html'), 'utf8');
  const named = [...page.matchAll(/(?:src|href)="\/([^"]+\.js)"/g)].map(([, path = '']) => path);
  const found = new Map<string, string>();
  for (const path of named) await follow(path, found);
  return found;
}

async function follow(path: string, found: Map<string, string>): Promise<void> {
  if (found.has(path)) return;
  const script = await readFile(join(UI, path), 'utf8');
  found.set(path, script);
  // `import … from"./x.js"` and `import"./x.js"`; an `import("./x.js")` waits until it is wanted.
  for (const [, name = ''] of script.matchAll(/\b(?:from|import)\s*["']\.\/([^"']+\.js)["']/g)) {
    await follow(join(path, '..', name), found);
  }
}

await t.test('the first visit loads little script, and not the pages that come later', async (t) => {
  const scripts = await firstScripts();
  const sizes = [...scripts].map(([path, script]) => ({ path, bytes: gzipSync(script).length }));
  const total = sizes.reduce((sum, { bytes }) => sum + bytes, 0);
  t.comment(`first load: ${(total / 1024).toFixed(1)} KB gzip in ${String(sizes.length)} scripts`);
  t.ok(scripts.size > 1, 'the page names its scripts');
  t.ok(
    [...scripts.keys()].some((path) => /^assets\/index-/.test(path)),
    'the entry among them',
  );
  t.notOk(
    [...scripts.keys()].some((path) => /order-page|parcel-map|admin/.test(path)),
    'no later page',
  );
  t.ok(total <= FIRST_LOAD_BYTES_MAX, `${String(total)} of ${String(FIRST_LOAD_BYTES_MAX)} bytes`, { sizes });
});

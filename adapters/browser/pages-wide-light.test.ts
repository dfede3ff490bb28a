import t from 'tap';
import { browserMissing } from './chromium.ts';
import { inspectEveryPage } from './every-page.ts';

const skip = browserMissing();

await t.test('every page is sound on a wide screen, light', skip === undefined ? {} : { skip }, (t) =>
  inspectEveryPage(t, { colorScheme: 'light', width: 1280 }),
);

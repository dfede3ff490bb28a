import t from 'tap';
import { browserMissing } from './chromium.ts';
import { inspectEveryPage } from './every-page.ts';

const skip = browserMissing();

await t.test('every page is sound on a phone, dark', skip === undefined ? {} : { skip }, (t) =>
  inspectEveryPage(t, { colorScheme: 'dark', width: 390 }),
);

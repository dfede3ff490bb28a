import t from 'tap';
import { deviceOf, UNKNOWN_DEVICE } from './device.ts';

const KHTML = 'AppleWebKit/537.36 (KHTML, like Gecko)';

t.test('a device is told by its browser and its system', async (t) => {
  const known: [string, string][] = [
    ['Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0', 'Firefox on Linux'],
    [
      `Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${KHTML} Chrome/131.0.0.0 Safari/537.36`,
      'Chrome on Windows',
    ],
    [
      `Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${KHTML} Chrome/131.0.0.0 Safari/537.36 Edg/131.0.0.0`,
      'Edge on Windows',
    ],
    [
      `Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) ${KHTML} Chrome/131.0.0.0 Safari/537.36 OPR/116.0.0.0`,
      'Opera on macOS',
    ],
    [
      'Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) ' +
        'Version/18.1 Mobile/15E148 Safari/604.1',
      'Safari on iPhone',
    ],
    [
      `Mozilla/5.0 (Linux; Android 10; K) ${KHTML} SamsungBrowser/27.0 Chrome/125.0.0.0 Mobile Safari/537.36`,
      'Samsung Internet on Android',
    ],
    [
      `Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) ${KHTML} Chrome/131.0.0.0 Safari/537.36`,
      'Chrome on ChromeOS',
    ],
    [`Mozilla/5.0 (X11; Linux x86_64) ${KHTML} HeadlessChrome/131.0.0.0 Safari/537.36`, 'Chrome on Linux'],
    ['curl/8.5.0', 'curl'],
    ['okhttp/4.12 (Android 14)', 'Android'],
  ];
  for (const [userAgent, device] of known) t.equal(deviceOf(userAgent), device, userAgent);
});

t.test('whatever else a client says is an unknown device, never stored as it came', async (t) => {
  for (const userAgent of [undefined, '', 'lightMyRequest', '<script>', 'a\u0000b', 'x'.repeat(100_000)]) {
    t.equal(deviceOf(userAgent), UNKNOWN_DEVICE);
  }
  t.equal(deviceOf(`${'x'.repeat(500)} Firefox/1`), UNKNOWN_DEVICE, 'what comes late is not looked at');
});

import t from 'tap';
import { pictureFacts } from './picture-file.ts';

const base64 = (text: string): Uint8Array => Buffer.from(text, 'base64');

/** The smallest files of each kind, as programs write them. */
const PNG = base64(
  'iVBORw0KGgoAAAANSUhEUgAAAAIAAAADCAYAAAC56t6BAAAAEklEQVR42mNk+M/AwMDAwMAAAAwDAQHk3n4MAAAAAElFTkSuQmCC',
);
const WEBP_LOSSLESS = base64('UklGRhoAAABXRUJQVlA4TA0AAAAvAUAAAAcQEf0PRET/Aw==');

await t.test('a picture is what its content says', async (t) => {
  t.strictSame(pictureFacts(PNG), { type: 'image/png', width: 2, height: 3 });
  t.strictSame(pictureFacts(WEBP_LOSSLESS.length < 30 ? Buffer.concat([WEBP_LOSSLESS], 30) : WEBP_LOSSLESS), {
    type: 'image/webp',
    width: 2,
    height: 2,
  });
  const jpeg = Buffer.from(
    'ffd8ffe000104a46494600010100000100010000ffc0001108012c01900301220002110103110100',
    'hex',
  );
  t.strictSame(pictureFacts(jpeg), { type: 'image/jpeg', width: 400, height: 300 });
  const extended = Buffer.concat([
    Buffer.from('RIFF\0\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0', 'latin1'),
    Buffer.from([0x8f, 0x01, 0x00, 0x2b, 0x01, 0x00]),
  ]);
  t.strictSame(pictureFacts(extended), { type: 'image/webp', width: 400, height: 300 });
});

await t.test('what only calls itself a picture is none', async (t) => {
  for (const text of ['', '<svg xmlns="http://www.w3.org/2000/svg"/>', 'GIF89a', '\x89PNG', 'RIFFxxxxWEBP']) {
    t.equal(pictureFacts(Buffer.from(text, 'latin1')), undefined, JSON.stringify(text));
  }
  t.equal(pictureFacts(PNG.subarray(0, 30)), undefined, 'cut off');
  t.equal(pictureFacts(Buffer.from('ffd8ffd9', 'hex')), undefined, 'no frame');
});

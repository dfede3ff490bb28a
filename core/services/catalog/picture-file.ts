import type { Picture } from './keeping.ts';

/** Bytes of a picture. */
export const PICTURE_BYTES_MAX = 1024 * 1024;
/** Pixels of an edge: a small file can hold a picture that takes a browser's memory. */
export const PICTURE_EDGE_MAX = 4_096;

export interface PictureFacts {
  readonly type: Picture['type'];
  readonly width: number;
  readonly height: number;
}

/** What a file is by its content, whatever it calls itself; undefined: no PNG, JPEG or WebP that could be shown. */
export function pictureFacts(bytes: Uint8Array): PictureFacts | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return pngFacts(view) ?? jpegFacts(view) ?? webpFacts(view);
}

/** Signature and header chunk (PNG, 5.2 and 11.2.2). */
function pngFacts(view: DataView): PictureFacts | undefined {
  if (view.byteLength < 33 || view.getUint32(0) !== 0x89504e47 || view.getUint32(4) !== 0x0d0a1a0a)
    return undefined;
  if (textAt(view, 12) !== 'IHDR') return undefined;
  return { type: 'image/png', width: view.getUint32(16), height: view.getUint32(20) };
}

/** Segments up to the frame header (ITU T.81, B.2.2). */
function jpegFacts(view: DataView): PictureFacts | undefined {
  if (view.byteLength < 4 || view.getUint16(0) !== 0xffd8) return undefined;
  for (let at = 2; at + 9 <= view.byteLength;) {
    if (view.getUint8(at) !== 0xff) return undefined;
    const marker = view.getUint8(at + 1);
    const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
    if (isFrame) return { type: 'image/jpeg', width: view.getUint16(at + 7), height: view.getUint16(at + 5) };
    // Fill bytes may precede a marker.
    at += marker === 0xff ? 1 : 2 + view.getUint16(at + 2);
  }
  return undefined;
}

/** Lossy, lossless or extended (WebP container specification; RFC 6386, 9.1). */
function webpFacts(view: DataView): PictureFacts | undefined {
  if (view.byteLength < 30 || textAt(view, 0) !== 'RIFF' || textAt(view, 8) !== 'WEBP') return undefined;
  const size = (width: number, height: number): PictureFacts => ({ type: 'image/webp', width, height });
  switch (textAt(view, 12)) {
    case 'VP8 ':
      return size(view.getUint16(26, true) & 0x3fff, view.getUint16(28, true) & 0x3fff);
    case 'VP8L': {
      const bits = view.getUint32(21, true);
      return size((bits & 0x3fff) + 1, ((bits >>> 14) & 0x3fff) + 1);
    }
    case 'VP8X':
      return size((view.getUint32(24, true) & 0xffffff) + 1, (view.getUint32(26, true) >>> 8) + 1);
    default:
      return undefined;
  }
}

function textAt(view: DataView, at: number): string {
  return String.fromCharCode(...[0, 1, 2, 3].map((offset) => view.getUint8(at + offset)));
}

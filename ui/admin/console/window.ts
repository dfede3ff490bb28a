/**
 * Which rows of a list of any length are near the eye, all rows being of one height.
 *
 * Browsers end elements somewhere beyond 16 million pixels, so a list that is longer is drawn on a shorter track: the bar
 * then moves over more rows per pixel, while the rows themselves keep their height.
 */
const TRACK_PX_MAX = 8_000_000;
/** Rows kept beyond either edge. */
const OVERSCAN = 10;

export interface RowWindow {
  /** How high the track is, pixels. */
  readonly trackPx: number;
  /** First and last row that exist, the last not included. */
  readonly from: number;
  readonly to: number;
  /** Where the first of them stands on the track, pixels. */
  readonly topPx: number;
}

export interface Viewport {
  readonly rows: number;
  readonly rowPx: number;
  readonly heightPx: number;
  readonly scrollPx: number;
}

export function windowOf({ rows, rowPx, heightPx, scrollPx }: Viewport): RowWindow {
  const wholePx = rows * rowPx;
  const trackPx = Math.min(wholePx, TRACK_PX_MAX);
  const listPx = scrollPx * scaleOf(wholePx, heightPx);
  const from = Math.max(0, Math.floor(listPx / rowPx) - OVERSCAN);
  const to = Math.min(rows, Math.ceil((listPx + heightPx) / rowPx) + OVERSCAN);
  return { trackPx, from, to, topPx: scrollPx - listPx + from * rowPx };
}

/** Where to scroll so that a row is wholly seen; undefined: it is. */
export function scrollTo(row: number, view: Viewport): number | undefined {
  const scale = scaleOf(view.rows * view.rowPx, view.heightPx);
  const listPx = view.scrollPx * scale;
  const topPx = row * view.rowPx;
  if (topPx < listPx) return topPx / scale;
  const bottomPx = topPx + view.rowPx;
  return bottomPx > listPx + view.heightPx ? (bottomPx - view.heightPx) / scale : undefined;
}

/** Pixels of the list per pixel of the track. */
function scaleOf(wholePx: number, heightPx: number): number {
  return wholePx <= TRACK_PX_MAX ? 1 : (wholePx - heightPx) / (TRACK_PX_MAX - heightPx);
}

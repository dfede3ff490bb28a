/**
 * Which rows of a list of any length are near the eye, all rows being of one height.
 *
 * Browsers end elements somewhere beyond 16 million pixels, so a list that is longer is drawn on a shorter track. Near
 * both ends track and list move alike; between them the bar moves over more rows per pixel, while a wheel or a finger
 * still moves the rows as far as it turns (see `follow`).
 */
const TRACK_PX_MAX = 8_000_000;
/** At either end of the track so much of it is as long as the list's. */
const EDGE_PX = 1_000_000;
/** Rows kept beyond either edge. */
const OVERSCAN = 10;

/** A list and the frame through which it is seen, pixels. */
export interface Sheet {
  readonly rows: number;
  readonly rowPx: number;
  readonly heightPx: number;
}

/** Where the frame is: on the track, as the browser has it, and in the list. */
export interface Place {
  readonly scrollPx: number;
  readonly listPx: number;
}

export interface RowWindow {
  /** How high the track is, pixels. */
  readonly trackPx: number;
  /** First and last row that exist, the last not included. */
  readonly from: number;
  readonly to: number;
  /** Where the first of them stands on the track, pixels. */
  readonly topPx: number;
}

export function windowOf(sheet: Sheet, { scrollPx, listPx }: Place): RowWindow {
  const { rows, rowPx } = sheet;
  const { from, to } = sight(sheet, listPx);
  const first = Math.max(0, from - OVERSCAN);
  return {
    trackPx: Math.min(rows * rowPx, TRACK_PX_MAX),
    from: first,
    to: Math.min(rows, to + OVERSCAN),
    topPx: scrollPx - listPx + first * rowPx,
  };
}

/** The rows that are seen, even if only in part; the last not included. */
export function sight({ rows, rowPx, heightPx }: Sheet, listPx: number): { from: number; to: number } {
  return {
    from: Math.min(rows, Math.max(0, Math.floor(listPx / rowPx))),
    to: Math.min(rows, Math.ceil((listPx + heightPx) / rowPx)),
  };
}

/**
 * Where the frame is once the browser has scrolled. On a shorter track a way that is less than the bar moves at a time was a
 * wheel's or a finger's: the list moves as far. A longer one was the bar's.
 */
export function follow(sheet: Sheet, before: Place, scrollPx: number): Place {
  const wayPx = scrollPx - before.scrollPx;
  const barPx = TRACK_PX_MAX / sheet.heightPx;
  if (!isScaled(sheet) || Math.abs(wayPx) > barPx / 2) {
    return { scrollPx, listPx: listPxAt(sheet, scrollPx) };
  }
  return { scrollPx, listPx: within(sheet, before.listPx + wayPx) };
}

/** The place at which the list stands so, with the bar where it belongs. */
export function placeAt(sheet: Sheet, listPx: number): Place {
  const wanted = within(sheet, listPx);
  return { scrollPx: scrollPxAt(sheet, wanted), listPx: wanted };
}

/** How to have a row wholly seen; undefined: it is. */
export function placeOf(sheet: Sheet, row: number, { listPx }: Place): Place | undefined {
  const topPx = row * sheet.rowPx;
  if (topPx < listPx) return placeAt(sheet, topPx);
  const bottomPx = topPx + sheet.rowPx;
  return bottomPx > listPx + sheet.heightPx ? placeAt(sheet, bottomPx - sheet.heightPx) : undefined;
}

function isScaled({ rows, rowPx }: Sheet): boolean {
  return rows * rowPx > TRACK_PX_MAX;
}

function within({ rows, rowPx, heightPx }: Sheet, listPx: number): number {
  return Math.max(0, Math.min(rows * rowPx - heightPx, listPx));
}

/** How far track and list scroll between their ends, of which the edges are left out. */
function ways({ rows, rowPx, heightPx }: Sheet): { readonly list: number; readonly track: number } {
  return { list: rows * rowPx - heightPx - 2 * EDGE_PX, track: TRACK_PX_MAX - heightPx - 2 * EDGE_PX };
}

function listPxAt(sheet: Sheet, scrollPx: number): number {
  return isScaled(sheet) ? mapped(scrollPx, ways(sheet).track, ways(sheet).list) : scrollPx;
}

function scrollPxAt(sheet: Sheet, listPx: number): number {
  return isScaled(sheet) ? mapped(listPx, ways(sheet).list, ways(sheet).track) : listPx;
}

/** From one length to the other, the edges aside, which both have. */
function mapped(px: number, from: number, to: number): number {
  if (px <= EDGE_PX) return px;
  if (px >= EDGE_PX + from) return px + to - from;
  return EDGE_PX + ((px - EDGE_PX) / from) * to;
}

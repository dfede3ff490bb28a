import type { Performance } from './perform.ts';

/** The scenarios as a table for people, one line each. */
export function tableOf(performances: readonly Performance[]): string {
  const rows = performances.map(({ name, figures, passed, failed, notPlayed }) => [
    name,
    ...(figures === undefined
      ? ['', '', '', '', '', '']
      : [
          String(figures.accepted),
          String(figures.unavailable),
          String(figures.again),
          String(figures.longestGapMs),
          figures.caughtUpMs === undefined ? 'never' : String(figures.caughtUpMs),
          String(figures.slowestOrderMs),
        ]),
    notPlayed === undefined
      ? `${passed} held${failed.length === 0 ? '' : `, ${failed.length} BROKEN: ${failed.join('; ')}`}`
      : `not run: ${notPlayed}`,
  ]);
  const lines = [HEAD, ...rows];
  const widths = HEAD.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  return lines
    .map((line) =>
      line
        .map((cell, column) =>
          LEFT.has(column) ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
        )
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

const HEAD = [
  'scenario',
  'accepted',
  '503',
  'sent again',
  'longest gap ms',
  'caught up ms',
  'slowest order ms',
  'verdicts',
];
/** Columns of words. */
const LEFT: ReadonlySet<number> = new Set([0, 7]);

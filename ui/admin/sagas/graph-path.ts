/** Lines of the graph as paths. */
import type { Point } from '../../../core/engine/graph-layout.ts';

const CORNER = 8;

/** A line with rounded corners, as the `d` of a path. */
export function pathOf(points: readonly Point[]): string {
  const [first, ...rest] = points;
  if (first === undefined) return '';
  let path = `M${at(first)}`;
  rest.forEach((point, index) => {
    const next = rest[index + 1];
    if (next === undefined) {
      path += `L${at(point)}`;
      return;
    }
    const before = rest[index - 1] ?? first;
    const radius = Math.min(CORNER, length(before, point) / 2, length(point, next) / 2);
    path += `L${at(towards(point, before, radius))}Q${at(point)} ${at(towards(point, next, radius))}`;
  });
  return path;
}

/** The middle of the longest straight part: where a word about the line is read best. */
export function middleOf(points: readonly Point[]): Point {
  let best: readonly [Point, Point] | undefined;
  let longest = -1;
  points.forEach((point, index) => {
    const next = points[index + 1];
    if (next === undefined || length(point, next) <= longest) return;
    longest = length(point, next);
    best = [point, next];
  });
  if (best === undefined) return points[0] ?? { x: 0, y: 0 };
  return { x: (best[0].x + best[1].x) / 2, y: (best[0].y + best[1].y) / 2 };
}

function at({ x, y }: Point): string {
  return `${String(Math.round(x * 10) / 10)},${String(Math.round(y * 10) / 10)}`;
}

function length(one: Point, other: Point): number {
  return Math.abs(one.x - other.x) + Math.abs(one.y - other.y);
}

function towards(from: Point, to: Point, by: number): Point {
  const whole = length(from, to);
  if (whole === 0) return from;
  return { x: from.x + ((to.x - from.x) * by) / whole, y: from.y + ((to.y - from.y) * by) / whole };
}

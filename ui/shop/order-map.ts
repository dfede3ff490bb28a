/**
 * Where a parcel's route lies on a map: projection, lines, stops, and names that never cover each other. Pure.
 * Places are degrees, sizes CSS pixels.
 */
import {
  geoAzimuthalEqualArea,
  geoCentroid,
  geoGraticule,
  geoInterpolate,
  geoOrthographic,
  geoPath,
  type GeoPermissibleObjects,
  type GeoProjection,
} from 'd3-geo';

export interface Place {
  readonly name: string;
  readonly latitude: number;
  readonly longitude: number;
}

export interface World {
  readonly land: GeoPermissibleObjects;
  readonly borders: GeoPermissibleObjects;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

export interface Label extends Point {
  readonly text: string;
  readonly kind: 'current' | 'end';
  readonly anchor: 'start' | 'middle' | 'end';
}

/** A small globe in a corner that says which part of the world this is. */
export interface Globe extends Point {
  readonly radius: number;
  readonly land: string;
}

export interface RouteMap {
  readonly land: string;
  readonly borders: string;
  readonly grid: string;
  /** The way behind the parcel, and the way before it. */
  readonly done: string;
  readonly ahead: string;
  readonly stops: readonly (Point & { readonly passed: boolean })[];
  readonly parcel: Point;
  readonly labels: readonly Label[];
  readonly globe: Globe | null;
}

type Degrees = [longitude: number, latitude: number];

const EARTH_KM = 6_371;
/** A shorter way does not fill the map: with less than this across there is no coast or border to know it by. */
const VIEW_KM_MIN = 1_200;
/** Up to this a view is too close to be known by its outlines, and gets a globe. */
const GLOBE_VIEW_KM_MAX = 4_500;
const ROOM_PX = { side: 64, top: 44 } as const;
const GLOBE_PX = { radius: 28, margin: 12 } as const;
/** Lines end a little outside the box, so that no edge is drawn inside it. */
const OUTSIDE_PX = 8;
/** Names keep this far from the edges; the way is checked in steps of this length. */
const EDGE_PX = 4;
const LINE_BOX_PX = 4;
const TEXT_PX = { size: 12, letter: 6.6, wideLetter: 12.5, gap: 11 } as const;

const degreesOf = ({ longitude, latitude }: Place): Degrees => [longitude, latitude];
const lineOf = (coordinates: Degrees[]): GeoPermissibleObjects =>
  coordinates.length > 1
    ? { type: 'LineString', coordinates }
    : { type: 'MultiPoint', coordinates: coordinates };

/** How far along the stops, as a number: 1.5 is halfway between the second and the third. */
function stopsPassed(route: readonly Place[], progress: number): number {
  return Math.min(1, Math.max(0, progress)) * (route.length - 1);
}

/** The stop the parcel is at, or is nearest to. */
export function currentStop(route: readonly Place[], progress: number): Place | undefined {
  return route[Math.round(stopsPassed(route, progress))];
}

/** The route cut where the parcel is; both parts hold that place. */
function cut(
  route: readonly Place[],
  progress: number,
): { readonly done: Degrees[]; readonly ahead: Degrees[] } {
  const along = stopsPassed(route, progress);
  const index = Math.floor(along);
  const stops = route.map(degreesOf);
  const here: Degrees = stops[index] ?? [0, 0];
  const next = stops[index + 1];
  const parcel = next === undefined ? here : geoInterpolate(here, next)(along - index);
  return { done: [...stops.slice(0, index + 1), parcel], ahead: [parcel, ...stops.slice(index + 1)] };
}

/** Turned so that the route lies in the middle, where an equal-area map is true; as close as there is room for. */
function projectionFor(route: readonly Place[], { width, height }: Size): GeoProjection {
  const line = lineOf(route.map(degreesOf));
  const [longitude, latitude] = geoCentroid(line);
  const projection = geoAzimuthalEqualArea().rotate([-longitude, -latitude]).clipAngle(120);
  const [side, top] = [Math.min(ROOM_PX.side, width / 4), Math.min(ROOM_PX.top, height / 4)];
  const scaleMax = (Math.max(width, height) * EARTH_KM) / VIEW_KM_MIN;
  projection.scale(scaleMax).translate([0, 0]);
  const [[left, upper], [right, lower]] = geoPath(projection).bounds(line);
  const shrink = Math.min(
    1,
    (width - 2 * side) / Math.max(1, right - left),
    (height - 2 * top) / Math.max(1, lower - upper),
  );
  return projection
    .scale(scaleMax * shrink)
    .translate([width / 2 - ((left + right) / 2) * shrink, height / 2 - ((upper + lower) / 2) * shrink])
    .clipExtent([
      [-OUTSIDE_PX, -OUTSIDE_PX],
      [width + OUTSIDE_PX, height + OUTSIDE_PX],
    ]);
}

/** Generous, for no font is measured here: wide scripts count double. */
function textWidth(text: string): number {
  return Array.from(text).reduce(
    (sum, letter) => sum + ((letter.codePointAt(0) ?? 0) >= 0x2e80 ? TEXT_PX.wideLetter : TEXT_PX.letter),
    0,
  );
}

function overlap(one: Box, other: Box): boolean {
  return one.left < other.right && other.left < one.right && one.top < other.bottom && other.top < one.bottom;
}

const around = ({ x, y }: Point, reach: number): Box => ({
  left: x - reach,
  right: x + reach,
  top: y - reach,
  bottom: y + reach,
});

function boxOf({ x, y, text, anchor }: Label): Box {
  const width = textWidth(text);
  const left = anchor === 'start' ? x : anchor === 'end' ? x - width : x - width / 2;
  return { left, right: left + width, top: y - TEXT_PX.size, bottom: y + TEXT_PX.size * 0.4 };
}

/** Beside a flat way names stand above or below it, beside a steep one to its right or left. */
function candidates(text: string, at: Point, kind: Label['kind'], flat: boolean): readonly Label[] {
  const { gap, size } = TEXT_PX;
  const middle = at.y + size * 0.35;
  const beside: Label[] = [
    { text, kind, anchor: 'start', x: at.x + gap, y: middle },
    { text, kind, anchor: 'end', x: at.x - gap, y: middle },
  ];
  const stacked: Label[] = [at.y - gap - 1, at.y + gap + size * 0.8].flatMap((y) => [
    { text, kind, anchor: 'middle', x: at.x, y },
    { text, kind, anchor: 'start', x: at.x - gap / 2, y },
    { text, kind, anchor: 'end', x: at.x + gap / 2, y },
  ]);
  return flat ? [...stacked, ...beside] : [...beside, ...stacked];
}

interface Named {
  readonly text: string;
  readonly at: Point;
  readonly kind: Label['kind'];
}

/** Small boxes along a line through these points: what a name should not be written across. */
function boxesAlong(points: readonly Point[]): readonly Box[] {
  return points.flatMap((from, index) => {
    const to = points[index + 1] ?? from;
    const count = Math.ceil(Math.hypot(to.x - from.x, to.y - from.y) / LINE_BOX_PX) + 1;
    return Array.from({ length: count }, (_, step) => {
      const share = step / count;
      return around({ x: from.x + (to.x - from.x) * share, y: from.y + (to.y - from.y) * share }, 2);
    });
  });
}

/**
 * Names in the order given, each where it covers no dot and no name before it, and if there is room not the way
 * either; one without such a place is left out.
 */
function placeLabels(
  named: readonly Named[],
  dots: readonly Point[],
  way: readonly Point[],
  size: Size,
): readonly Label[] {
  const [first, last] = [way[0], way.at(-1)];
  const flat =
    first !== undefined && last !== undefined && Math.abs(last.x - first.x) > 2 * Math.abs(last.y - first.y);
  const line = boxesAlong(way);
  const taken: Box[] = dots.map((dot) => around(dot, 5));
  const labels: Label[] = [];
  for (const { text, at, kind } of named) {
    const free = candidates(text, at, kind, flat).filter((candidate) => {
      const box = boxOf(candidate);
      const inside =
        box.left >= EDGE_PX &&
        box.top >= EDGE_PX &&
        box.right <= size.width - EDGE_PX &&
        box.bottom <= size.height - EDGE_PX;
      return inside && !taken.some((other) => overlap(box, other));
    });
    const label = free.find((one) => !line.some((box) => overlap(boxOf(one), box))) ?? free[0];
    if (label === undefined) continue;
    labels.push(label);
    taken.push(boxOf(label));
  }
  return labels;
}

function globeIn(size: Size, world: World, centre: Degrees, taken: readonly Box[]): Globe | null {
  const { radius, margin } = GLOBE_PX;
  const reach = radius + margin;
  const corners: readonly Point[] = [
    { x: size.width - reach, y: reach },
    { x: size.width - reach, y: size.height - reach },
    { x: reach, y: reach },
    { x: reach, y: size.height - reach },
  ];
  const corner = corners.find((point) => !taken.some((box) => overlap(box, around(point, reach))));
  if (corner === undefined) return null;
  const projection = geoOrthographic()
    .rotate([-centre[0], -centre[1]])
    .scale(radius)
    .translate([corner.x, corner.y]);
  return { ...corner, radius, land: geoPath(projection).digits(1)(world.land) ?? '' };
}

/** Null for a route without a place. `progress`: share of the route done, 0 to 1. */
export function mapRoute(
  world: World,
  route: readonly Place[],
  progress: number,
  size: Size,
): RouteMap | null {
  const [first, last] = [route[0], route.at(-1)];
  if (first === undefined || last === undefined) return null;
  const projection = projectionFor(route, size);
  const path = geoPath(projection).digits(1);
  const pointOf = (degrees: Degrees): Point => {
    const [x, y] = projection(degrees) ?? [0, 0];
    return { x, y };
  };
  const { done, ahead } = cut(route, progress);
  const stops = route.map((stop, index) => ({
    ...pointOf(degreesOf(stop)),
    passed: index <= stopsPassed(route, progress),
  }));
  const parcel = pointOf(ahead[0] ?? degreesOf(first));
  const [from, to] = [pointOf(degreesOf(first)), pointOf(degreesOf(last))];
  const current = currentStop(route, progress);
  const named: Named[] = [
    { text: last.name, at: to, kind: current === last ? 'current' : 'end' },
    { text: first.name, at: from, kind: current === first ? 'current' : 'end' },
  ];
  if (current !== undefined && current !== first && current !== last) {
    named.unshift({ text: current.name, at: parcel, kind: 'current' });
  }
  const labels = placeLabels(named, [...stops, parcel], stops, size);
  const viewKm = (Math.max(size.width, size.height) / projection.scale()) * EARTH_KM;
  const taken = [...labels.map(boxOf), ...stops.map((stop) => around(stop, 8))];
  return {
    land: path(world.land) ?? '',
    borders: path(world.borders) ?? '',
    grid: path(geoGraticule().step(gridStep(viewKm))()) ?? '',
    done: path(lineOf(done)) ?? '',
    ahead: path(lineOf(ahead)) ?? '',
    stops,
    parcel,
    labels,
    globe:
      viewKm > GLOBE_VIEW_KM_MAX
        ? null
        : globeIn(size, world, geoCentroid(lineOf(route.map(degreesOf))), taken),
  };
}

/** Degrees between the lines of the grid: a handful of lines on any map. */
function gridStep(viewKm: number): [number, number] {
  const step = viewKm < 2_000 ? 2 : viewKm < 6_000 ? 5 : 15;
  return [step, step];
}

/** Where a function is least, as far as the search got. */
export interface Minimum {
  readonly point: Float64Array;
  readonly value: number;
  readonly evaluations: number;
}

export interface SimplexOptions {
  /** Size of the first simplex along each coordinate. */
  readonly step?: number;
  readonly evaluationsMax?: number;
  /** The search ends when the simplex' values lie this near to each other, relative to their size. */
  readonly tolerance?: number;
}

interface Vertex {
  point: Float64Array;
  value: number;
}

/**
 * Minimises a function of a few unbounded variables without derivatives: the simplex of Nelder and Mead (1965), with the
 * dimension-dependent coefficients of Gao and Han (2012) that keep it going beyond a handful of variables.
 * A value that is no number counts as infinitely bad.
 */
export function minimise(
  objective: (point: Float64Array) => number,
  start: ArrayLike<number>,
  options: SimplexOptions = {},
): Minimum {
  const size = start.length;
  const { step = 0.5, evaluationsMax = 200 * size, tolerance = 1e-8 } = options;
  let evaluations = 0;
  const valued = (point: Float64Array): Vertex => {
    evaluations += 1;
    const value = objective(point);
    return { point, value: Number.isNaN(value) ? Number.POSITIVE_INFINITY : value };
  };
  const vertices = [valued(Float64Array.from(start))];
  for (let axis = 0; axis < size; axis += 1) {
    const point = Float64Array.from(start);
    point[axis] = (point[axis] ?? 0) + step;
    vertices.push(valued(point));
  }
  const dimension = Math.max(2, size);
  const expansion = 1 + 2 / dimension;
  const contraction = 0.75 - 1 / (2 * dimension);
  const shrinkage = 1 - 1 / dimension;
  while (evaluations < evaluationsMax) {
    vertices.sort((one, other) => one.value - other.value);
    const [best, worst, second] = [vertices[0], vertices[size], vertices[size - 1]];
    if (best === undefined || worst === undefined || second === undefined) break;
    if (worst.value - best.value <= tolerance * (Math.abs(best.value) + tolerance)) break;
    const centre = centreOf(vertices, size);
    const reflected = valued(along(centre, worst.point, -1));
    if (reflected.value < best.value) {
      const expanded = valued(along(centre, worst.point, -expansion));
      vertices[size] = expanded.value < reflected.value ? expanded : reflected;
    } else if (reflected.value < second.value) {
      vertices[size] = reflected;
    } else {
      const outside = reflected.value < worst.value;
      const contracted = valued(along(centre, worst.point, outside ? -contraction : contraction));
      if (contracted.value < Math.min(reflected.value, worst.value)) vertices[size] = contracted;
      else {
        for (const [index, vertex] of vertices.entries()) {
          if (index > 0) vertices[index] = valued(along(best.point, vertex.point, shrinkage));
        }
      }
    }
  }
  const least = vertices.reduce((best, next) => (next.value < best.value ? next : best));
  return { point: least.point, value: least.value, evaluations };
}

/** The mean of all vertices but the worst, which stands last. */
function centreOf(vertices: readonly Vertex[], size: number): Float64Array {
  const centre = new Float64Array(size);
  for (let index = 0; index < size; index += 1) {
    const point = vertices[index]?.point;
    for (let axis = 0; axis < size; axis += 1)
      centre[axis] = (centre[axis] ?? 0) + (point?.[axis] ?? 0) / size;
  }
  return centre;
}

/** `from + share · (to − from)`. */
function along(from: Float64Array, to: Float64Array, share: number): Float64Array {
  return from.map((value, axis) => value + share * ((to[axis] ?? 0) - value));
}

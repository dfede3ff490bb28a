/** What changed between two values of JSON, as lines a person reads. */
import type { Json } from '../../../core/engine/behaviour.ts';

export interface Change {
  /** `payment.state`, `lines[0].state` */
  readonly path: string;
  /** Undefined: it was not there. */
  readonly before: Json | undefined;
  readonly after: Json | undefined;
}

/** Every leaf that differs, in the order of the later value; what is gone comes last. */
export function changesBetween(before: Json | undefined, after: Json | undefined): readonly Change[] {
  const earlier = leaves(before);
  const later = leaves(after);
  const changes: Change[] = [];
  for (const [path, value] of later) {
    if (!earlier.has(path) || earlier.get(path) !== value) {
      changes.push({ path, before: earlier.get(path), after: value });
    }
  }
  for (const [path, value] of earlier) {
    if (!later.has(path)) changes.push({ path, before: value, after: undefined });
  }
  return withoutNullParents(changes);
}

/** A value by the paths of what it is made of; an empty list or object is a leaf, as its text. */
function leaves(value: Json | undefined): Map<string, Json> {
  const found = new Map<string, Json>();
  const walk = (each: Json | undefined, path: string): void => {
    if (each === undefined) return;
    if (typeof each !== 'object' || each === null) {
      found.set(path, each);
      return;
    }
    const entries: readonly (readonly [string, Json])[] = isList(each)
      ? each.map((item, index) => [`${path}[${String(index)}]`, item] as const)
      : Object.entries(each).map(([key, item]) => [path === '' ? key : `${path}.${key}`, item] as const);
    if (entries.length === 0) found.set(path, isList(each) ? '[]' : '{}');
    for (const [below, item] of entries) walk(item, below);
  };
  walk(value, '');
  return found;
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}

/** `tracking: null` that becomes `tracking.carrier: …` is told by the latter alone. */
function withoutNullParents(changes: readonly Change[]): readonly Change[] {
  const paths = changes.map(({ path }) => path);
  return changes.filter(
    ({ path, before, after }) =>
      !(
        (before === null || before === undefined) &&
        (after === null || after === undefined) &&
        paths.some((other) => other.startsWith(`${path}.`) || other.startsWith(`${path}[`))
      ),
  );
}

export function valueText(value: Json | undefined): string {
  return value === undefined ? '' : typeof value === 'string' ? value : JSON.stringify(value);
}

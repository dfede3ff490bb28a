/** Conditions of a WHERE clause with their values; every value is a parameter. */
export class Conditions {
  readonly values: unknown[];
  private readonly conditions: string[] = [];
  private readonly lateConditions: string[] = [];
  private alternatives: readonly string[] = [];

  /** `values` is shared with the other conditions of a statement. */
  constructor(values: unknown[] = []) {
    this.values = values;
  }

  /** The next parameter, for use in a condition or elsewhere in the statement. */
  parameter(value: unknown): string {
    this.values.push(value);
    return `$${String(this.values.length)}`;
  }

  add(condition: string): void {
    this.conditions.push(condition);
  }

  /** Adds a condition about a value, unless the value is absent. */
  when(value: unknown, condition: (parameter: string) => string, stored?: unknown): void {
    if (value !== undefined) this.add(condition(this.parameter(stored ?? value)));
  }

  /** What no index knows: looked up last, of rows that the other conditions have let through. */
  addLate(condition: string): void {
    this.lateConditions.push(condition);
  }

  /** Besides all others one of these must hold. */
  anyOf(alternatives: readonly string[]): void {
    this.alternatives = alternatives;
  }

  where(): string {
    const either = this.alternatives.length === 0 ? [] : [`(${this.alternatives.join(' or ')})`];
    return conjunction([...this.conditions, ...either, ...this.lateConditions]);
  }

  /** All but the late ones, as several conditions of which each will do, for a walk of its own. */
  ways(): readonly string[] {
    if (this.alternatives.length === 0) return [conjunction(this.conditions)];
    return this.alternatives.map((alternative) => conjunction([...this.conditions, alternative]));
  }

  /** The late ones; undefined: there are none. */
  late(): string | undefined {
    return this.lateConditions.length === 0 ? undefined : conjunction(this.lateConditions);
  }
}

function conjunction(conditions: readonly string[]): string {
  return conditions.length === 0 ? 'true' : conditions.join(' and ');
}

const DAY = /^\d{4}-\d\d-\d\d$/;

/** Conditions for a span of time; a bare date means its whole day, UTC, as the end as well. */
export function between(conditions: Conditions, column: string, from?: string, to?: string): void {
  const utc = (text: string): string => (DAY.test(text) ? `${text}T00:00:00Z` : text);
  conditions.when(
    from,
    (value) => `${column} >= ${value}::timestamptz`,
    from === undefined ? from : utc(from),
  );
  if (to === undefined) return;
  const end = conditions.parameter(utc(to));
  conditions.add(
    DAY.test(to) ? `${column} < ${end}::timestamptz + interval '1 day'` : `${column} <= ${end}::timestamptz`,
  );
}

/** Conditions for an amount in integer cents; both ends belong to it. */
export function priced(conditions: Conditions, column: string, minCents?: number, maxCents?: number): void {
  conditions.when(minCents, (value) => `${column} >= ${value}::bigint`);
  conditions.when(maxCents, (value) => `${column} <= ${value}::bigint`);
}

/** A LIKE pattern for text that contains `part`, whatever wildcards it holds. */
export function containing(part: string): string {
  return `%${part.replace(/[\\%_]/g, '\\$&')}%`;
}

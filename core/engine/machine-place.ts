import type { AnyMachineSnapshot, StateValue } from 'xstate';
import type { Parked } from './repair.ts';

/** What a machine sees of a message. `now` is in milliseconds since the epoch. */
export interface MachineEvent<Type extends string = string, Data = unknown> {
  readonly type: Type;
  readonly data: Data;
  readonly now: number;
}

/** A machine's place: `state` is its value as text, `a.b` for nesting, `a.(b,c)` for parallel regions. */
export interface Place<Context> {
  readonly value: StateValue;
  readonly state: string;
  readonly context: Context;
  /** Messages handled so far, the one that began it included: the engine's version of the actor. */
  readonly version: number;
  /** Set aside by hand; null: it is not. */
  readonly parked: Parked | null;
}

export interface MachineState<Context> extends Place<Context> {
  readonly id: string;
  /** XState's own form, rebuilt from value and context when read from the store. */
  readonly snapshot: AnyMachineSnapshot;
}

/** A state value as text: `a`, `a.b`, `a.(b,c.d)`. */
export function stateText(value: StateValue): string {
  if (typeof value === 'string') return value;
  const parts = Object.entries(value).map(([key, below]) =>
    below === undefined || (typeof below === 'object' && Object.keys(below).length === 0)
      ? key
      : `${key}.${stateText(below)}`,
  );
  return parts.length === 1 ? (parts[0] ?? '') : `(${parts.join(',')})`;
}

import type { Place, Stack } from './place.ts';

export type { Stack };

/** What one run measured, by name; names end in their unit. NaN: could not be measured on this stack. */
export type Figures = Readonly<Record<string, number>>;

/** A column of the printed table. */
export interface Column {
  readonly figure: string;
  readonly title: string;
  readonly digits?: number;
}

export interface Bench {
  readonly name: string;
  /** What is measured, in a sentence or two. */
  readonly measures: string;
  /** What is left out, so that nobody takes the figures for more than they are. */
  readonly leavesOut: string;
  readonly columns: readonly Column[];
  /** How long a run offers load when the command line says nothing, seconds. */
  readonly seconds: number;
  /** The figure that a chart shows and that reports relate to the floor. */
  readonly headline: string;
  /** Its headline is a rate of the orders of the floor, and is set beside it. */
  readonly floored?: true;
  /** Which stacks it runs on. */
  readonly stacks: readonly Stack[];
  /** Names it reads from `RunOptions.parameters`. */
  readonly parameters: readonly string[];
  /** One run on an empty place. Throws BenchInvalid when the end state is wrong: such a run does not count. */
  run(place: Place, options: RunOptions): Promise<Figures>;
}

export interface RunOptions {
  readonly seconds: number;
  /** `--set name=value`, of the names the bench has. */
  readonly parameters: ReadonlyMap<string, string>;
  /** Told now and then; replaces what was told before. */
  readonly onProgress: (text: string) => void;
}

/** The end state of a run is not what it must be; the text says which sum does not add up. */
export class BenchInvalid extends Error {}

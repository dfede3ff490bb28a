/** What pages tell of a graph's states and lines. */
import type { DrawnEdge } from '../../../core/engine/graph-layout.ts';

/** What a page tells of one state. */
export interface StateMark {
  /** Beside the name. */
  readonly figure?: string;
  /** Under the name. */
  readonly note?: string;
  /** 0 to 1: how much it wants to be looked at. */
  readonly heat?: number;
  readonly stage?: 'here' | 'been' | 'not';
  /** For those who hear the page: what comes after the name. */
  readonly spoken?: string;
}

/** What a page tells of one line. */
export interface EdgeMark {
  readonly text?: string;
  readonly stage?: 'now' | 'taken' | 'not';
  /** Steps a minute; a line that is busy is thicker. */
  readonly flow?: number;
}

export interface GraphMarks {
  readonly state: (id: string) => StateMark;
  readonly edge: (edge: DrawnEdge) => EdgeMark;
}

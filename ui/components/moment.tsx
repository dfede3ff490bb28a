import type { JSX } from 'solid-js';
import { time, type TimeStyle } from './format.ts';

/** A point in time, machine-readable, with the full time on hover. */
export function Moment(props: { readonly at: string; readonly as: TimeStyle }): JSX.Element {
  return (
    <time class="figure" dateTime={props.at} title={new Date(props.at).toLocaleString('en-GB')}>
      {time(props.at, props.as)}
    </time>
  );
}

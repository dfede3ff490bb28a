import type { JSX } from 'solid-js';
import { QuietOrrery } from './mark.tsx';

/** Nothing to show, said kindly, with a way on. */
export function Empty(props: {
  readonly title: string;
  readonly body: string;
  readonly children?: JSX.Element;
  readonly heading?: 'h1' | 'h2';
}): JSX.Element {
  return (
    <div class="empty">
      <QuietOrrery />
      {props.heading === 'h1' ? <h1>{props.title}</h1> : <h2>{props.title}</h2>}
      <p>{props.body}</p>
      <div class="actions">{props.children}</div>
    </div>
  );
}

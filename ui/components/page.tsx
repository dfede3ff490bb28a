import { createEffect, type JSX } from 'solid-js';
import { texts } from '../texts.ts';

/** Gives the document its title while a page shows. */
export function useTitle(title: () => string): void {
  createEffect(() => {
    document.title = title() === texts.brand ? texts.brand : texts.title(title());
  });
}

/** A page's head: its one h1, what stands under it and what stands beside it. */
export function PageHead(props: {
  readonly title: string;
  readonly under?: JSX.Element;
  readonly children?: JSX.Element;
}): JSX.Element {
  useTitle(() => props.title);
  return (
    <header class="page-head">
      <div>
        <h1>{props.title}</h1>
        {props.under}
      </div>
      {props.children}
    </header>
  );
}

import { createUniqueId, type JSX } from 'solid-js';

/** One matter of the account: what it is on the left, what can be done about it on the right. */
export function Section(props: {
  readonly title: string;
  readonly hint?: string;
  readonly children: JSX.Element;
}): JSX.Element {
  const id = createUniqueId();
  return (
    <section class="account-section" aria-labelledby={id}>
      <div>
        <h2 id={id}>{props.title}</h2>
        <p class="soft">{props.hint}</p>
      </div>
      <div>{props.children}</div>
    </section>
  );
}

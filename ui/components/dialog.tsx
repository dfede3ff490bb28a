/** A modal on the browser's own dialog: focus is kept inside, Escape closes, and focus returns where it was. */
import { createUniqueId, onCleanup, onMount, type JSX } from 'solid-js';

export function Dialog(props: {
  readonly title: string;
  readonly onClose: () => void;
  /** What its button of type submit, or Enter in a field, does; absent: nothing. */
  readonly onSubmit?: (form: HTMLFormElement) => void;
  readonly children: JSX.Element;
}): JSX.Element {
  const id = createUniqueId();
  const opener = document.activeElement;
  let dialog: HTMLDialogElement | undefined;
  onMount(() => dialog?.showModal());
  onCleanup(() => {
    if (opener instanceof HTMLElement && opener.isConnected) opener.focus();
  });
  return (
    <dialog
      ref={(element) => (dialog = element)}
      class="dialog"
      aria-labelledby={id}
      onClose={() => props.onClose()}
      onClick={(event) => {
        // A click on the backdrop lands on the dialog element itself.
        if (event.target === event.currentTarget) props.onClose();
      }}
    >
      <form
        method="dialog"
        // What is wrong is told under the field, as everywhere else.
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          props.onSubmit?.(event.currentTarget);
        }}
      >
        <h2 id={id}>{props.title}</h2>
        {props.children}
      </form>
    </dialog>
  );
}

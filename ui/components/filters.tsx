/** What filters of lists are made of: a button that opens them, fields that wait for typing to rest, chips. */
import Search from 'lucide-solid/icons/search';
import SlidersHorizontal from 'lucide-solid/icons/sliders-horizontal';
import X from 'lucide-solid/icons/x';
import { createEffect, createSignal, createUniqueId, For, on, Show, type JSX } from 'solid-js';
import { texts } from '../texts.ts';
import { createDebounced } from './debounce.ts';
import './filters.css';

interface TypedProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly maxLength?: number;
}

/** The text of an input whose value lives elsewhere, and what tells the value once typing rests. */
function createTyped(props: TypedProps) {
  const [text, setText] = createSignal(props.value);
  const debounced = createDebounced((value: string) => {
    if (value.trim() !== props.value) props.onChange(value.trim());
  });
  // What comes from outside replaces the text, unless it is what was just typed.
  createEffect(
    on(
      () => props.value,
      (value) => {
        if (value !== text().trim()) setText(value);
      },
      { defer: true },
    ),
  );
  return {
    text,
    onInput: (event: { readonly currentTarget: HTMLInputElement }) => {
      setText(event.currentTarget.value);
      debounced.later(event.currentTarget.value);
    },
    commit: () => debounced.now(text()),
    clear: () => {
      setText('');
      debounced.now('');
    },
  };
}

/** Search within the list below. */
export function ListSearch(props: TypedProps & { readonly hint: string }): JSX.Element {
  const typed = createTyped(props);
  let input: HTMLInputElement | undefined;
  return (
    <form
      class="list-search"
      role="search"
      aria-label={props.label}
      onSubmit={(event) => {
        event.preventDefault();
        typed.commit();
      }}
    >
      <Search class="lead" size={17} aria-hidden="true" />
      <input
        ref={(element) => (input = element)}
        type="search"
        class="input small"
        aria-label={props.label}
        placeholder={props.hint}
        maxLength={props.maxLength ?? 100}
        value={typed.text()}
        onInput={typed.onInput}
      />
      <Show when={typed.text() !== ''}>
        <button
          type="button"
          class="icon-button"
          aria-label={texts.filters.clearSearch}
          onClick={() => {
            typed.clear();
            input?.focus();
          }}
        >
          <X size={16} aria-hidden="true" />
        </button>
      </Show>
    </form>
  );
}

/** The button that opens further filters, and how many of them narrow the list. */
export function FiltersButton(props: {
  readonly count: number;
  readonly open: boolean;
  readonly controls: string;
  readonly onToggle: () => void;
}): JSX.Element {
  return (
    <button
      type="button"
      class="button filters-button"
      aria-expanded={props.open}
      aria-controls={props.controls}
      onClick={() => props.onToggle()}
    >
      <SlidersHorizontal size={16} aria-hidden="true" />
      {texts.filters.title}
      <Show when={props.count > 0}>
        <span class="filters-count figure">
          {props.count}
          <span class="unseen"> {texts.filters.active}</span>
        </span>
      </Show>
    </button>
  );
}

export function FilterInput(
  props: TypedProps & {
    readonly type: 'date' | 'amount' | 'text';
    readonly min?: string;
    readonly max?: string;
  },
): JSX.Element {
  const id = createUniqueId();
  const typed = createTyped(props);
  return (
    <div class="field filter-field">
      <label for={id}>{props.label}</label>
      <Show
        when={props.type === 'amount'}
        fallback={
          <input
            id={id}
            class="input small"
            type={props.type}
            min={props.min}
            max={props.max}
            value={typed.text()}
            onInput={typed.onInput}
          />
        }
      >
        <span class="amount-field">
          <span aria-hidden="true">$</span>
          <input
            id={id}
            class="input small"
            type="text"
            inputmode="decimal"
            autocomplete="off"
            maxLength={12}
            value={typed.text()}
            onInput={typed.onInput}
          />
        </span>
      </Show>
    </div>
  );
}

/** Both ends of a range of prices, in whole units of the currency. */
export function PriceFields(props: {
  readonly min: string;
  readonly max: string;
  readonly onChange: (range: { min?: string; max?: string }) => void;
}): JSX.Element {
  return (
    <fieldset class="filter-pair">
      <legend class="unseen">{texts.filters.price}</legend>
      <FilterInput
        type="amount"
        label={texts.filters.priceMin}
        value={props.min}
        onChange={(min) => props.onChange({ min })}
      />
      <FilterInput
        type="amount"
        label={texts.filters.priceMax}
        value={props.max}
        onChange={(max) => props.onChange({ max })}
      />
    </fieldset>
  );
}

export interface Chip {
  readonly text: string;
  readonly remove: () => void;
}

/** What narrows the list, each to be taken away with a press. */
export function Chips(props: {
  readonly label: string;
  readonly chips: readonly Chip[];
  readonly onClear?: () => void;
}): JSX.Element {
  let list: HTMLUListElement | undefined;
  // The chip pressed goes away: the focus stays in the row, or returns to the page's beginning with the last one.
  const remove = (chip: Chip) => {
    chip.remove();
    queueMicrotask(() => {
      const next = list?.isConnected === true ? list.querySelector('button') : null;
      (next ?? document.getElementById('main'))?.focus({ preventScroll: true });
    });
  };
  return (
    <Show when={props.chips.length > 0}>
      <ul class="chips" aria-label={props.label} ref={(element) => (list = element)}>
        <For each={props.chips}>
          {(chip) => (
            <li>
              <button
                type="button"
                class="chip"
                aria-label={texts.filters.remove(chip.text)}
                onClick={() => remove(chip)}
              >
                {chip.text}
                <X size={14} aria-hidden="true" />
              </button>
            </li>
          )}
        </For>
        <Show when={props.chips.length > 1 && props.onClear}>
          {(clear) => (
            <li>
              <button type="button" class="link-button" onClick={() => clear()()}>
                {texts.filters.clear}
              </button>
            </li>
          )}
        </Show>
      </ul>
    </Show>
  );
}

import { For, type JSX } from 'solid-js';
import type { OrderStatus } from '../api/types.ts';
import { texts } from '../texts.ts';

const statuses = Object.keys(texts.order.status) as OrderStatus[];

export function isStatus(value: string | undefined): value is OrderStatus {
  return statuses.some((status) => status === value);
}

export function StatusFilter(props: {
  readonly value: OrderStatus | undefined;
  readonly onChange: (value: string) => void;
}): JSX.Element {
  return (
    <label class="inline-field">
      <span>{texts.orders.filter}</span>
      <select class="select small" onChange={(event) => props.onChange(event.currentTarget.value)}>
        <option value="">{texts.orders.any}</option>
        <For each={statuses}>
          {(status) => (
            <option value={status} selected={status === props.value}>
              {texts.order.status[status]}
            </option>
          )}
        </For>
      </select>
    </label>
  );
}

import type { JSX } from 'solid-js';
import type { OrderStatus } from '../api/types.ts';
import { texts } from '../texts.ts';

const tone: Record<OrderStatus, 'good' | 'bad' | 'wait' | 'brass' | 'plain'> = {
  pending: 'wait',
  awaiting_payment: 'wait',
  in_review: 'brass',
  confirmed: 'wait',
  processing: 'wait',
  shipped: 'wait',
  delivered: 'good',
  cancelled: 'plain',
  failed: 'bad',
};

export function StatusBadge(props: { readonly status: OrderStatus }): JSX.Element {
  return <span class={`status ${tone[props.status]}`}>{texts.order.status[props.status]}</span>;
}

/**
 * What goes along to the checkout when a declined order is tried again. It lies with the step in the browser's history, so
 * that it outlives a reload and is forgotten by who comes to the checkout another way.
 */
import type { Address, OrderView } from '../api/types.ts';
import { addressOf, emptyAddress } from './address-fields.tsx';

interface OrderAgain {
  readonly shippingAddress: Address;
}

export function orderAgain(order: OrderView): OrderAgain {
  return { shippingAddress: addressOf(order.shippingAddress) };
}

/** The address that was brought along; undefined: none, or nothing that is one. */
export function addressBrought(state: unknown): Address | undefined {
  const brought = (state as Partial<OrderAgain> | null | undefined)?.shippingAddress;
  if (typeof brought !== 'object') return undefined;
  const names = Object.keys(emptyAddress) as (keyof Address)[];
  return names.every((name) => typeof brought[name] === 'string') ? addressOf(brought) : undefined;
}

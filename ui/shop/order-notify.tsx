import Bell from 'lucide-solid/icons/bell';
import BellRing from 'lucide-solid/icons/bell-ring';
import { createEffect, on, Show, type JSX } from 'solid-js';
import { isOver } from '../api/order-feed.ts';
import type { OrderView } from '../api/types.ts';
import { confirmBriefly } from '../components/announcer.tsx';
import {
  canNotify,
  isNotifying,
  notifyIfHidden,
  startNotifying,
  stopNotifying,
} from '../components/notify.ts';
import { texts } from '../texts.ts';

/** Tells of an order that moves while its page is hidden, to who has asked for it; and lets them ask. */
export function OrderNotify(props: { readonly order: OrderView }): JSX.Element {
  createEffect(
    on(
      () => props.order.status,
      (status, before) => {
        if (before === undefined || status === before) return;
        notifyIfHidden(texts.order.headline[status], texts.order.step[status].now, `order/${props.order.id}`);
      },
    ),
  );
  const start = async () => {
    confirmBriefly((await startNotifying()) ? texts.order.notifyStarted : texts.order.notifyRefused);
  };
  const stop = () => {
    stopNotifying();
    confirmBriefly(texts.order.notifyStopped);
  };
  return (
    <Show when={canNotify() && !isOver(props.order)}>
      <button
        type="button"
        class="tell-me"
        aria-pressed={isNotifying()}
        onClick={() => {
          if (isNotifying()) stop();
          else void start();
        }}
      >
        <Show when={isNotifying()} fallback={<Bell size={14} aria-hidden="true" />}>
          <BellRing size={14} aria-hidden="true" />
        </Show>
        <span>
          {texts.order.notify.short}
          <span class="tell-me-more">{texts.order.notify.more}</span>
        </span>
      </button>
    </Show>
  );
}

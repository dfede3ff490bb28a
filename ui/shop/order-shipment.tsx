import Copy from 'lucide-solid/icons/copy';
import { createEffect, createSignal, Show, type JSX } from 'solid-js';
import type { OrderStatus, OrderView } from '../api/types.ts';
import { confirmBriefly } from '../components/announcer.tsx';
import { Moment } from '../components/moment.tsx';
import { texts } from '../texts.ts';

const STILL_COMING: ReadonlySet<OrderStatus> = new Set([
  'pending',
  'awaiting_payment',
  'in_review',
  'confirmed',
  'processing',
]);

function percentOf({ shipment }: OrderView): number {
  if (shipment === null) return 0;
  return Math.round((shipment.status === 'delivered' ? 1 : (shipment.progress ?? 0)) * 100);
}

/** The parcel: where it is, how far it has come, when it will be there. Rows keep their place until they are known. */
export function OrderShipment(props: { readonly order: OrderView }): JSX.Element {
  const [shown, setShown] = createSignal(false);
  createEffect(() => {
    if (props.order.shipment !== null || STILL_COMING.has(props.order.status)) setShown(true);
  });
  const percent = () => percentOf(props.order);
  /** A parcel that will not come has no estimate. */
  const estimate = () => {
    const { shipment, status } = props.order;
    return status === 'cancelled' || status === 'failed' ? undefined : shipment?.estimatedDeliveryAt;
  };
  const status = () => {
    if (props.order.shipment !== null) return texts.order.shipmentStatus[props.order.shipment.status];
    return STILL_COMING.has(props.order.status) ? texts.order.shipmentAhead : texts.order.shipmentNone;
  };
  return (
    <Show when={shown()}>
      <section class="card shipment" aria-labelledby="shipment" data-testid="shipment">
        <h2 id="shipment">{texts.order.shipment}</h2>
        <div
          class="way"
          role="progressbar"
          aria-label={texts.order.shipment}
          aria-valuetext={texts.order.travelled(percent())}
          aria-valuemin={0}
          aria-valuemax={100}
          aria-valuenow={percent()}
        >
          <span class="way-done" style={{ transform: `scaleX(${String(percent() / 100)})` }} />
          <span class="way-parcel" style={{ left: `${String(percent())}%` }} />
        </div>
        <p class="way-words">
          <span>{status()}</span>
          <span class="faint figure">{texts.order.travelled(percent())}</span>
        </p>
        <dl class="pairs">
          <Row name={texts.order.tracking} value={props.order.shipment?.trackingNumber}>
            {(number) => <TrackingNumber number={number} />}
          </Row>
          <Row name={texts.order.carrier} value={props.order.shipment?.carrier}>
            {(carrier) => carrier}
          </Row>
          <Show
            when={props.order.shipment?.deliveredAt}
            fallback={
              <Row name={texts.order.estimated} value={estimate()}>
                {(at) => <Moment at={at} as="dayAndTime" />}
              </Row>
            }
          >
            {(at) => (
              <Row name={texts.order.deliveredAt} value={at()}>
                {(time) => <Moment at={time} as="dayAndTime" />}
              </Row>
            )}
          </Show>
          <Row name={texts.order.location} value={props.order.shipment?.location?.name}>
            {(place) => place}
          </Row>
        </dl>
      </section>
    </Show>
  );
}

function Row(props: {
  readonly name: string;
  readonly value: string | undefined;
  readonly children: (value: string) => JSX.Element;
}): JSX.Element {
  return (
    <div>
      <dt>{props.name}</dt>
      <dd>
        <Show when={props.value} keyed fallback={<span class="soft">{texts.order.unknown}</span>}>
          {(value) => props.children(value)}
        </Show>
      </dd>
    </div>
  );
}

function TrackingNumber(props: { readonly number: string }): JSX.Element {
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(props.number);
      confirmBriefly(texts.order.copied);
    } catch {
      // No clipboard here (plain http, no permission): the number can still be selected.
    }
  };
  return (
    <span class="tracking">
      <span class="mono" data-testid="tracking">
        {props.number}
      </span>
      <button type="button" class="icon-button" aria-label={texts.order.copy} onClick={() => void copy()}>
        <Copy size={15} aria-hidden="true" />
      </button>
    </span>
  );
}

import Copy from 'lucide-solid/icons/copy';
import { Show, type JSX } from 'solid-js';
import type { OrderStatus, OrderView } from '../api/types.ts';
import { confirmBriefly } from '../components/announcer.tsx';
import { time } from '../components/format.ts';
import { Moment } from '../components/moment.tsx';
import { texts } from '../texts.ts';
import { dueOf } from './order-estimate.ts';
import { createMinute } from './order-lead.tsx';
import { OrderMapBox } from './order-map-box.tsx';

const STILL_COMING: ReadonlySet<OrderStatus> = new Set([
  'pending',
  'awaiting_payment',
  'in_review',
  'confirmed',
  'processing',
]);

function progressOf({ shipment }: OrderView): number {
  if (shipment === null) return 0;
  return shipment.status === 'delivered' ? 1 : (shipment.progress ?? 0);
}

/** A parcel that was never booked, of an order that will not book one any more, is nothing to show. */
function hasParcel({ shipment, status }: OrderView): boolean {
  return STILL_COMING.has(status) || shipment?.trackingNumber !== undefined;
}

/** It travels, or still may: what was withdrawn or refused has no way and no estimate. */
function isComing({ shipment, status }: OrderView): boolean {
  return status !== 'cancelled' && shipment?.status !== 'withdrawn' && shipment?.status !== 'failed';
}

/** The parcel: where it is, how far it has come, when it will be there. Rows keep their place until they are known. */
export function OrderShipment(props: { readonly order: OrderView }): JSX.Element {
  const status = () => {
    const { shipment } = props.order;
    return shipment === null ? texts.order.shipmentAhead : texts.order.shipmentStatus[shipment.status];
  };
  return (
    <Show when={hasParcel(props.order)}>
      <section class="card shipment" aria-labelledby="shipment" data-testid="shipment">
        <Show when={isComing(props.order)}>
          <OrderMapBox order={props.order} progress={progressOf(props.order)} />
        </Show>
        <div class="shipment-head">
          <h2 id="shipment">{texts.order.shipment}</h2>
          <span class="soft">{status()}</span>
        </div>
        <Show when={isComing(props.order)}>
          <Way progress={progressOf(props.order)} />
        </Show>
        <ParcelFacts order={props.order} />
      </section>
    </Show>
  );
}

function Way(props: { readonly progress: number }): JSX.Element {
  const percent = () => Math.round(props.progress * 100);
  return (
    <>
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
      <p class="way-words faint figure">{texts.order.travelled(percent())}</p>
    </>
  );
}

function ParcelFacts(props: { readonly order: OrderView }): JSX.Element {
  const shipment = () => props.order.shipment;
  return (
    <dl class="pairs">
      <Show when={isComing(props.order)}>
        <Show
          when={shipment()?.deliveredAt}
          fallback={
            <Row name={texts.order.estimated} value={shipment()?.estimatedDeliveryAt}>
              {(at) => <DueDay at={at} />}
            </Row>
          }
        >
          {(at) => (
            <Row name={texts.order.deliveredAt} value={at()}>
              {(time) => <Moment at={time} as="dayAndTime" />}
            </Row>
          )}
        </Show>
        <Row name={texts.order.location} value={shipment()?.location?.name}>
          {(place) => place}
        </Row>
      </Show>
      <Row name={texts.order.carrier} value={shipment()?.carrier}>
        {(carrier) => carrier}
      </Row>
      <Row name={texts.order.tracking} value={shipment()?.trackingNumber}>
        {(number) => <TrackingNumber number={number} />}
      </Row>
    </dl>
  );
}

/** The day it is due, and honestly so once that has passed. */
function DueDay(props: { readonly at: string }): JSX.Element {
  const now = createMinute();
  const due = () => dueOf(props.at, now());
  const words = () => {
    const day = due()?.day;
    if (due()?.late === true) return texts.order.late(time(props.at, 'day'));
    return day === 'today' || day === 'tomorrow' ? texts.order.due[day] : time(props.at, 'day');
  };
  return (
    <time dateTime={props.at} classList={{ late: due()?.late === true }} data-testid="due">
      {words()}
    </time>
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

import Copy from 'lucide-solid/icons/copy';
import { Show, type JSX } from 'solid-js';
import type { OrderView } from '../api/types.ts';
import { confirmBriefly } from '../components/announcer.tsx';
import { Moment } from '../components/moment.tsx';
import { texts } from '../texts.ts';

const STILL_COMING: ReadonlySet<string> = new Set([
  'pending',
  'awaiting_payment',
  'in_review',
  'confirmed',
  'processing',
]);

/** The parcel: where it is, how far it has come, when it will be there. */
export function OrderShipment(props: { readonly order: OrderView }): JSX.Element {
  const percent = () => {
    const shipment = props.order.shipment;
    if (shipment === null) return 0;
    return Math.round((shipment.status === 'delivered' ? 1 : (shipment.progress ?? 0)) * 100);
  };
  const copy = async (number: string) => {
    try {
      await navigator.clipboard.writeText(number);
      confirmBriefly(texts.order.copied);
    } catch {
      // No clipboard here (plain http, no permission): the number can still be selected.
    }
  };
  const visible = () => props.order.shipment !== null || STILL_COMING.has(props.order.status);
  return (
    <Show when={visible()}>
      <section class="card shipment" aria-labelledby="shipment" data-testid="shipment">
        <h2 id="shipment">{texts.order.shipment}</h2>
        <Show when={props.order.shipment} fallback={<p class="faint">{texts.order.shipmentNone}</p>}>
          {(shipment) => (
            <>
              <div
                class="way"
                role="progressbar"
                aria-label={texts.order.travelled(percent())}
                aria-valuemin={0}
                aria-valuemax={100}
                aria-valuenow={percent()}
              >
                <span class="way-done" style={{ transform: `scaleX(${String(percent() / 100)})` }} />
                <span class="way-parcel" style={{ left: `${String(percent())}%` }} />
              </div>
              <p class="way-words">
                <span>{texts.order.shipmentStatus[shipment().status]}</span>
                <span class="faint figure">{texts.order.travelled(percent())}</span>
              </p>
              <dl class="pairs">
                <Show when={shipment().trackingNumber}>
                  {(number) => (
                    <div>
                      <dt>{texts.order.tracking}</dt>
                      <dd class="tracking">
                        <span class="mono" data-testid="tracking">
                          {number()}
                        </span>
                        <button
                          type="button"
                          class="icon-button"
                          aria-label={texts.order.copy}
                          onClick={() => void copy(number())}
                        >
                          <Copy size={15} aria-hidden="true" />
                        </button>
                      </dd>
                    </div>
                  )}
                </Show>
                <Show when={shipment().carrier}>
                  {(carrier) => (
                    <div>
                      <dt>{texts.order.carrier}</dt>
                      <dd>{carrier()}</dd>
                    </div>
                  )}
                </Show>
                <Show
                  when={shipment().deliveredAt}
                  fallback={
                    <Show when={shipment().estimatedDeliveryAt}>
                      {(at) => (
                        <div>
                          <dt>{texts.order.estimated}</dt>
                          <dd>
                            <Moment at={at()} as="dayAndTime" />
                          </dd>
                        </div>
                      )}
                    </Show>
                  }
                >
                  {(at) => (
                    <div>
                      <dt>{texts.order.deliveredAt}</dt>
                      <dd>
                        <Moment at={at()} as="dayAndTime" />
                      </dd>
                    </div>
                  )}
                </Show>
                <Show when={shipment().location}>
                  {(location) => (
                    <div>
                      <dt>{texts.order.location}</dt>
                      <dd>{location().name}</dd>
                    </div>
                  )}
                </Show>
              </dl>
            </>
          )}
        </Show>
      </section>
    </Show>
  );
}

import { createEffect, createMemo, createSignal, on, onCleanup, Show, type JSX } from 'solid-js';
import { createRemote } from '../api/remote.ts';
import type { OrderView, ShipmentView } from '../api/types.ts';
import { texts } from '../texts.ts';
import type { World } from './order-map.ts';
import type * as map from './parcel-map.tsx';

/** After the map or the land could not be fetched. */
const RETRY_MS = 5_000;

interface Drawing {
  readonly ParcelMap: typeof map.ParcelMap;
  readonly world: World;
}

async function loadDrawing(): Promise<Drawing> {
  const { ParcelMap, loadWorld } = await import('./parcel-map.tsx');
  return { ParcelMap, world: await loadWorld() };
}

/** The map's place on the page, of one size from the first moment; map and land are fetched once a parcel is booked. */
export function OrderMapBox(props: { readonly order: OrderView; readonly progress: number }): JSX.Element {
  const trackingNumber = createMemo(() => props.order.shipment?.trackingNumber);
  const [drawing, setDrawing] = createSignal<Drawing | null>(null);
  const [failed, setFailed] = createSignal(false);
  // The address does not change when another carrier takes over, but the answer does.
  const shipments = createRemote<{ readonly items: readonly ShipmentView[] }>(() =>
    trackingNumber() === undefined
      ? undefined
      : `/api/shipping/shipments/${encodeURIComponent(props.order.id)}`,
  );
  createEffect(
    on(trackingNumber, (number, before) => {
      if (number !== undefined && before !== undefined && number !== before) shipments.refetch();
    }),
  );
  createEffect(() => {
    if (trackingNumber() === undefined || drawing() !== null) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let gone = false;
    const load = () => {
      loadDrawing().then(setDrawing, () => {
        if (gone) return;
        setFailed(true);
        timer = setTimeout(load, RETRY_MS);
      });
    };
    load();
    onCleanup(() => {
      gone = true;
      clearTimeout(timer);
    });
  });
  const route = () => {
    const shipment = shipments.data()?.items.find((one) => one.trackingNumber === trackingNumber());
    return shipment === undefined || shipment.route.length === 0 ? undefined : shipment.route;
  };
  const ready = () => {
    const [drawn, way] = [drawing(), route()];
    return drawn === null || way === undefined ? undefined : { ...drawn, route: way };
  };
  const words = () => {
    if (trackingNumber() === undefined) return texts.order.mapAhead;
    return failed() || shipments.error() !== null ? texts.order.mapMissing : '';
  };
  return (
    <div class="map-box">
      <Show when={ready()} fallback={<p class="faint">{words()}</p>}>
        {(map) => {
          const { ParcelMap } = map();
          return (
            <ParcelMap
              world={map().world}
              route={map().route}
              progress={props.progress}
              arrived={props.order.shipment?.status === 'delivered'}
            />
          );
        }}
      </Show>
    </div>
  );
}

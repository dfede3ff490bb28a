import Truck from 'lucide-solid/icons/truck';
import { Match, Switch, type JSX } from 'solid-js';
import { createRemote } from '../api/remote.ts';
import type { DeliveryEstimate } from '../api/types.ts';
import { countryName, daysBetween } from '../components/format.ts';
import { texts } from '../texts.ts';
import { dueOf } from './order-estimate.ts';

/** When it would arrive if it were ordered now, in a place that is kept from the start. */
export function DeliveryLine(): JSX.Element {
  const estimate = createRemote<DeliveryEstimate>(() => '/api/shipping/estimate');
  return (
    <p class="product-delivery" data-testid="delivery">
      <Truck size={18} strokeWidth={1.75} aria-hidden="true" />
      <Switch
        fallback={
          <span class="grow" aria-hidden="true">
            <span class="skeleton line" style={{ width: '70%' }} />
            <span class="skeleton line" style={{ width: '45%' }} />
          </span>
        }
      >
        <Match when={estimate.data()}>
          {(data) => (
            <span>
              <strong class="figure">{texts.product.arrives(arrival(data()))}</strong>
              <br />
              <span class="faint">{texts.product.arrivesIn(countryName(data().country))}</span>
            </span>
          )}
        </Match>
        <Match when={estimate.error()}>
          <span class="soft">{texts.product.dayUnknown}</span>
        </Match>
      </Switch>
    </p>
  );
}

function arrival({ earliestAt, latestAt }: DeliveryEstimate): string {
  const latest = dueOf(latestAt, Date.now())?.day;
  if (latest === 'today') return texts.product.today;
  const earliest = dueOf(earliestAt, Date.now())?.day;
  if (latest === 'tomorrow' && earliest === 'tomorrow') return texts.product.tomorrow;
  return daysBetween(new Date(earliestAt), new Date(latestAt));
}

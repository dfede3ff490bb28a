/** Everything about one order, beside the list it stands in. */
import ExternalLink from 'lucide-solid/icons/external-link';
import Waypoints from 'lucide-solid/icons/waypoints';
import { For, Show, type JSX } from 'solid-js';
import type { Remote } from '../../api/remote.ts';
import { money, shortId } from '../../components/format.ts';
import { Moment } from '../../components/moment.tsx';
import { Problem } from '../../components/problem.tsx';
import { StatusBadge } from '../../components/status-badge.tsx';
import { texts } from '../../texts.ts';
import { consoleTexts } from '../texts/console.ts';
import { Comparison } from './comparison.tsx';
import { History } from './history.tsx';
import { OrderSummary } from './order-summary.tsx';
import { PaymentOutlooks } from './payment-outlook.tsx';
import type { Dossier } from './types.ts';

export function OrderDossier(props: { readonly of: Remote<Dossier> }): JSX.Element {
  return (
    <>
      <Show when={props.of.error()} keyed>
        {(error) => <Problem error={error} retry={props.of.refetch} />}
      </Show>
      <Show when={props.of.data()} fallback={<p class="faint dossier-wait">{texts.loading}</p>}>
        {(dossier) => <Known dossier={dossier()} />}
      </Show>
    </>
  );
}

function Known(props: { readonly dossier: Dossier }): JSX.Element {
  const words = consoleTexts.panel;
  const order = () => props.dossier.order;
  const path = () => encodeURIComponent(order().id);
  return (
    <article class="dossier" data-testid="dossier" data-order={order().id}>
      <header>
        <h2>
          <span class="mono">{shortId(order().id)}</span>
          <StatusBadge status={order().status} />
          <span class="figure dossier-total">{money(order().totalCents, order().currency)}</span>
        </h2>
        <p class="soft">
          {order().customerName} · {order().email} · <Moment at={order().createdAt} as="dayAndTime" />
        </p>
        <Show when={order().waitingFor}>{(what) => <p class="faint">{words.waitingFor(what())}</p>}</Show>
        <Show when={props.dossier.suspicion === null && order().reason}>
          {(reason) => <p class="faint">{texts.order.reason(reason())}</p>}
        </Show>
        <Show when={props.dossier.suspicion}>{(found) => <Suspicion of={found()} />}</Show>
        <OrderSummary order={order()} />
        <p class="dossier-links">
          <a href={`/orders/${path()}`}>
            <ExternalLink size={14} aria-hidden="true" /> {words.open}
          </a>
          <a href={`/admin/sagas/order/${path()}`}>
            <Waypoints size={14} aria-hidden="true" /> {words.saga}
          </a>
        </p>
      </header>
      <Items order={order()} />
      <section>
        <h3>{words.usual}</h3>
        <Comparison dossier={props.dossier} />
      </section>
      <Money dossier={props.dossier} />
      <Parcels dossier={props.dossier} />
      <section>
        <h3>{words.history}</h3>
        <History dossier={props.dossier} />
      </section>
      <Recent dossier={props.dossier} />
    </article>
  );
}

export function Suspicion(props: { readonly of: NonNullable<Dossier['suspicion']> }): JSX.Element {
  return (
    <div class="suspicion" role="group" aria-label={consoleTexts.review.reasons}>
      <b class="figure score">{props.of.score}</b>
      <ul>
        <For each={props.of.reasons}>{(reason) => <li>{reason}</li>}</For>
      </ul>
    </div>
  );
}

function Items(props: { readonly order: Dossier['order'] }): JSX.Element {
  return (
    <section>
      <h3>{consoleTexts.panel.items}</h3>
      <ul class="lines">
        <For each={props.order.items}>
          {(item) => (
            <li>
              <span class="figure soft">{item.quantity} ×</span>
              <span>
                {item.name} <span class="mono faint">{item.sku}</span>
              </span>
              <span class="figure amount">
                {money(item.priceCents * item.quantity, props.order.currency)}
              </span>
            </li>
          )}
        </For>
      </ul>
    </section>
  );
}

function Money(props: { readonly dossier: Dossier }): JSX.Element {
  const words = consoleTexts.panel;
  return (
    <section>
      <h3>{words.money}</h3>
      <ul class="lines">
        <For each={props.dossier.transactions} fallback={<li class="faint">–</li>}>
          {(transaction) => (
            <li>
              <span class="soft">{words.kinds[transaction.kind]}</span>
              <span>
                {transaction.status}{' '}
                <span class="faint">{transaction.reason ?? transaction.method ?? ''}</span>
              </span>
              <span class="figure amount">{money(transaction.amountCents, transaction.currency)}</span>
            </li>
          )}
        </For>
      </ul>
      <PaymentOutlooks order={props.dossier.order.id} />
    </section>
  );
}

function Parcels(props: { readonly dossier: Dossier }): JSX.Element {
  const words = consoleTexts.panel;
  return (
    <section>
      <h3>{words.parcels}</h3>
      <ul class="lines">
        <For each={props.dossier.shipments} fallback={<li class="faint">{words.noParcels}</li>}>
          {(parcel) => (
            <li>
              <span class="soft">{parcel.carrier}</span>
              <span>
                <span class="mono">{parcel.trackingNumber}</span>{' '}
                <span class="faint">{parcel.location?.name ?? ''}</span>
              </span>
              <span class="amount">{parcel.status.replace('_', ' ')}</span>
            </li>
          )}
        </For>
      </ul>
    </section>
  );
}

function Recent(props: { readonly dossier: Dossier }): JSX.Element {
  const words = consoleTexts.panel;
  return (
    <section>
      <h3>{words.recent}</h3>
      <ul class="lines">
        <For each={props.dossier.customer.recent} fallback={<li class="faint">{words.noneRecent}</li>}>
          {(other) => (
            <li>
              <a class="mono" href={`/admin/orders?order=${encodeURIComponent(other.id)}`}>
                {shortId(other.id)}
              </a>
              <span class="soft">
                <Moment at={other.createdAt} as="dayAndTime" /> · {texts.order.status[other.status]}
              </span>
              <span class="figure amount">{money(other.totalCents, other.currency)}</span>
            </li>
          )}
        </For>
      </ul>
    </section>
  );
}

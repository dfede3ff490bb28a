/** This order beside what is usual for its customer; what is out of the usual stands out. */
import { Show, type JSX } from 'solid-js';
import { countryName, money } from '../../components/format.ts';
import { Moment } from '../../components/moment.tsx';
import { consoleTexts } from '../texts/console.ts';
import type { Dossier } from './types.ts';

/** From here on a value is out of the usual. */
const UNUSUAL_FACTOR = 3;
const DAY_MS = 86_400_000;

export function Comparison(props: { readonly dossier: Dossier }): JSX.Element {
  const words = consoleTexts.panel.table;
  const order = () => props.dossier.order;
  const usual = () => props.dossier.customer.usual;
  const factor = () => {
    const average = usual().averageCents;
    return average === null || average === 0 ? undefined : order().totalCents / average;
  };
  const knownAs = () => {
    const { street, city } = order().shippingAddress;
    return usual().addresses.find((address) => address.street === street && address.city === city);
  };
  const place = () => {
    const { city, country } = order().shippingAddress;
    return `${city}, ${countryName(country)}`;
  };
  /** Since the customer's first order; undefined: this is it. */
  const days = () => {
    const { firstAt } = usual();
    if (firstAt === null) return undefined;
    return Math.max(0, Math.floor((Date.parse(order().createdAt) - Date.parse(firstAt)) / DAY_MS));
  };
  const usualPlace = () => {
    const [first] = usual().addresses;
    return first === undefined ? '–' : `${first.city}, ${countryName(first.country)}`;
  };
  return (
    <table class="comparison">
      <thead>
        <tr>
          <td />
          <th scope="col">{words.here}</th>
          <th scope="col">{words.usually}</th>
        </tr>
      </thead>
      <tbody>
        <tr classList={{ unusual: (factor() ?? 1) >= UNUSUAL_FACTOR }}>
          <th scope="row">{words.value}</th>
          <td class="figure">
            {money(order().totalCents, order().currency)}{' '}
            <Show when={(factor() ?? 1) >= UNUSUAL_FACTOR}>
              <span>{words.times((factor() ?? 1).toFixed(1))}</span>
            </Show>
          </td>
          <td class="figure">
            <Show when={usual().averageCents} fallback="–">
              {(average) => money(average(), order().currency)}
            </Show>
          </td>
        </tr>
        <tr classList={{ unusual: usual().orders > 0 && knownAs() === undefined }}>
          <th scope="row">{words.address}</th>
          <td>
            {place()}{' '}
            <Show when={usual().orders > 0}>
              <span>{knownAs() === undefined ? words.unknown : words.known(knownAs()?.count ?? 0)}</span>
            </Show>
          </td>
          <td>{usualPlace()}</td>
        </tr>
        <tr classList={{ unusual: usual().orders === 0 }}>
          <th scope="row">{words.orders}</th>
          <td>{usual().orders === 0 ? words.first : words.ordersHere}</td>
          <td class="figure">{usual().orders}</td>
        </tr>
        <tr>
          <th scope="row">{words.cancelled}</th>
          <td>–</td>
          <td class="figure">{words.of(usual().cancelled, usual().orders)}</td>
        </tr>
        <tr classList={{ unusual: days() === 0 }}>
          <th scope="row">{words.age}</th>
          <td>
            <Show when={days()} fallback={usual().firstAt === null ? '–' : words.days(0)}>
              {(known) => words.days(known())}
            </Show>
          </td>
          <td>
            <Show when={usual().firstAt} fallback="–">
              {(at) => <Moment at={at()} as="day" />}
            </Show>
          </td>
        </tr>
      </tbody>
    </table>
  );
}

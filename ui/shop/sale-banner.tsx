import { For, Show, type JSX } from 'solid-js';
import { createRemote } from '../api/remote.ts';
import type { Product, Sale } from '../api/types.ts';
import { createCountdown } from '../components/countdown.ts';
import { duration } from '../components/format.ts';
import { texts } from '../texts.ts';
import './sale-panel.css';

/** Sales shown at the top of the shop at most. */
const BANNERS_MAX = 2;

/** The sales that run or come next, where nobody can miss them. `sales`: undefined while they are not known. */
export function SaleBanners(props: { readonly sales: readonly Sale[] | undefined }): JSX.Element {
  return <For each={props.sales?.slice(0, BANNERS_MAX)}>{(sale) => <SaleBanner sale={sale} />}</For>;
}

function SaleBanner(props: { readonly sale: Sale }): JSX.Element {
  const product = createRemote<Product>(() => `/api/products/${encodeURIComponent(props.sale.productId)}`);
  const toStart = createCountdown(() => Date.parse(props.sale.startsAt));
  const toEnd = createCountdown(() => Date.parse(props.sale.endsAt));
  const when = () => {
    if (props.sale.soldOut === true) return texts.sale.soldOut;
    return toStart() > 0 ? texts.sale.startsIn(duration(toStart())) : texts.sale.endsIn(duration(toEnd()));
  };
  return (
    <Show when={toEnd() > 0}>
      <a class="sale-banner" href={`/products/${encodeURIComponent(props.sale.productId)}`}>
        <span class="grow">
          <strong>{texts.sale.title}</strong> <span>{product.data()?.name ?? '\u00a0'}</span>
          <br />
          <span class="soft figure">{texts.sale.running(props.sale.units)}</span>
        </span>
        <span class="figure">{when()}</span>
        <span class="see">{texts.sale.see}</span>
      </a>
    </Show>
  );
}

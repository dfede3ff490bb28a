import { createMemo, Match, Switch, type JSX } from 'solid-js';
import { createRemote } from '../api/remote.ts';
import type { Product, Sale } from '../api/types.ts';
import { createCountdown } from '../components/countdown.ts';
import { duration, money } from '../components/format.ts';
import { QuietOrrery } from '../components/mark.tsx';
import { ProductArt } from '../components/product-art.tsx';
import { texts } from '../texts.ts';
import { CATALOGUE } from './catalogue-filters.tsx';

/**
 * What stands first: the sale that matters most now, else what the shop is about. Both are equally high, and neither
 * shows before it is known which it is.
 */
export function HomeHero(): JSX.Element {
  const sales = createRemote<{ readonly items: readonly Sale[] }>(() => '/api/flash-sales');
  const sale = createMemo(() => foremost(sales.data()?.items ?? [], Date.now()));
  const product = createRemote<Product>(() => {
    const productId = sale()?.productId;
    return productId === undefined ? undefined : `/api/products/${encodeURIComponent(productId)}`;
  });
  const noSale = () =>
    sales.error() !== null ||
    product.error() !== null ||
    (sales.data() !== undefined && sale() === undefined);
  const shown = createMemo(() => {
    const [current, its] = [sale(), product.data()];
    return current === undefined || its === undefined ? undefined : { sale: current, product: its };
  });
  return (
    <Switch
      fallback={
        <div class="hero skeleton">
          <h1 class="unseen">{texts.home.title}</h1>
        </div>
      }
    >
      <Match when={shown()} keyed>
        {(one) => <SaleHero {...one} />}
      </Match>
      <Match when={noSale()}>
        <section class="hero">
          <div class="hero-words">
            <h1>{texts.home.title}</h1>
            <p class="soft">{texts.home.lead}</p>
            <p>
              <a class="button primary large" href={CATALOGUE}>
                {texts.home.browse}
              </a>
            </p>
          </div>
          <QuietOrrery />
        </section>
      </Match>
    </Switch>
  );
}

/** A sale one can still buy in, else the next to come, else one that has just sold out. */
function foremost(sales: readonly Sale[], nowMs: number): Sale | undefined {
  const running = sales.filter(
    ({ startsAt, endsAt }) => Date.parse(startsAt) <= nowMs && nowMs < Date.parse(endsAt),
  );
  const coming = sales.find(({ startsAt }) => Date.parse(startsAt) > nowMs);
  return running.find(({ soldOut }) => soldOut !== true) ?? coming ?? running[0];
}

function SaleHero(props: { readonly sale: Sale; readonly product: Product }): JSX.Element {
  const toStart = createCountdown(() => Date.parse(props.sale.startsAt));
  const toEnd = createCountdown(() => Date.parse(props.sale.endsAt));
  const when = () => {
    if (props.sale.soldOut === true || toEnd() === 0) return texts.sale.soldOut;
    return toStart() > 0 ? texts.sale.startsIn(duration(toStart())) : texts.sale.endsIn(duration(toEnd()));
  };
  return (
    <section class="hero sale" data-testid="home-sale">
      <h1 class="unseen">{texts.home.title}</h1>
      <div class="hero-words">
        <p>
          <span class="status brass">{texts.sale.title}</span>
        </p>
        <h2>{props.product.name}</h2>
        <p class="figure">
          <strong>{money(props.product.priceCents, props.product.currency)}</strong>
          <span class="soft"> · {texts.sale.running(props.sale.units)}</span>
        </p>
        <p class="hero-when figure">{when()}</p>
        <p>
          <a class="button primary large" href={`/products/${encodeURIComponent(props.product.id)}`}>
            {texts.sale.see}
          </a>
        </p>
      </div>
      <ProductArt product={props.product} eager />
    </section>
  );
}

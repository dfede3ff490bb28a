import { useLocation } from '@solidjs/router';
import Moon from 'lucide-solid/icons/moon';
import ShoppingBag from 'lucide-solid/icons/shopping-bag';
import Sun from 'lucide-solid/icons/sun';
import { Show, type JSX } from 'solid-js';
import { cartUnits } from '../api/cart.ts';
import { user, wasSignedIn } from '../api/session.ts';
import { texts } from '../texts.ts';
import { AccountMenu } from './account-menu.tsx';
import { Mark } from './mark.tsx';
import { SearchBox } from './search-box.tsx';
import { theme, toggleTheme } from './theme.ts';

export function Header(): JSX.Element {
  const location = useLocation();
  const current = (path: string) => (location.pathname.startsWith(path) ? 'page' : undefined);
  const signInHref = () => {
    const here = location.pathname + location.search;
    return /^\/(sign-in|register)?$/.test(location.pathname)
      ? '/sign-in'
      : `/sign-in?next=${encodeURIComponent(here)}`;
  };
  return (
    <header class="head">
      <div class="wrap">
        <a class="brand" href="/">
          <Mark />
          {texts.brand}
        </a>
        <SearchBox />
        <nav class="nav" aria-label={texts.nav.label}>
          {/* Where the pages of those who run the shop put what they have everywhere. */}
          <span id="head-tools" />
          <a class="wide" href="/products" aria-current={current('/products')}>
            {texts.nav.shop}
          </a>
          <button
            type="button"
            class="icon-button"
            aria-label={theme() === 'dark' ? texts.nav.theme.light : texts.nav.theme.dark}
            onClick={toggleTheme}
          >
            <Show
              when={theme() === 'dark'}
              fallback={<Moon size={19} strokeWidth={1.75} aria-hidden="true" />}
            >
              <Sun size={19} strokeWidth={1.75} aria-hidden="true" />
            </Show>
          </button>
          <Show when={user()}>
            <a class="wide" href="/orders" aria-current={current('/orders')}>
              {texts.nav.orders}
            </a>
            <AccountMenu />
          </Show>
          <Show when={user() === undefined}>
            <span class="nav-place" classList={{ person: wasSignedIn() }} aria-hidden="true">
              {wasSignedIn() ? texts.nav.orders : texts.nav.signIn}
            </span>
          </Show>
          <Show when={user() === null}>
            <a href={signInHref()} aria-current={current('/sign-in')}>
              {texts.nav.signIn}
            </a>
          </Show>
          <a
            class="icon-button cart-link"
            href="/cart"
            aria-label={texts.nav.cart(cartUnits())}
            aria-current={current('/cart')}
          >
            <ShoppingBag size={20} strokeWidth={1.75} aria-hidden="true" />
            <Show when={cartUnits() > 0}>
              <span class="count" aria-hidden="true">
                {cartUnits() > 99 ? '99+' : cartUnits()}
              </span>
            </Show>
          </a>
        </nav>
      </div>
    </header>
  );
}

import { Route, Router } from '@solidjs/router';
import { lazy, onMount, type JSX } from 'solid-js';
import { AdminRoutes } from './admin/routes.tsx';
import { loadCart } from './api/cart.ts';
import { loadSession } from './api/session.ts';
import { Shell } from './components/shell.tsx';
import { Catalogue } from './shop/catalogue.tsx';
import { Home } from './shop/home.tsx';

// Home and the catalogue are in the first load; every other page comes when it is wanted (a link touched loads it ahead).
const ProductPage = lazy(() => import('./shop/product-page.tsx'));
const CartPage = lazy(() => import('./shop/cart-page.tsx'));
const CheckoutPage = lazy(() => import('./shop/checkout-page.tsx'));
const SignInPage = lazy(() => import('./shop/sign-in-page.tsx'));
const OrderPage = lazy(() => import('./shop/order-page.tsx'));
const OrdersPage = lazy(() => import('./shop/orders-page.tsx'));
const NotificationsPage = lazy(() => import('./shop/notifications-page.tsx'));
const AccountPage = lazy(() => import('./account/account-page.tsx'));
const PasswordResetPages = lazy(() => import('./account/password-reset-pages.tsx'));
const NotFoundPage = lazy(() => import('./shop/not-found-page.tsx'));

export function App(): JSX.Element {
  onMount(() => {
    void loadSession();
    void loadCart();
  });
  return (
    <Router root={Shell}>
      <Route path="/" component={Home} />
      <Route path="/products" component={Catalogue} />
      <Route path="/products/:id" component={ProductPage} />
      <Route path="/cart" component={CartPage} />
      <Route path="/checkout" component={CheckoutPage} />
      <Route path="/sign-in" component={SignInPage} />
      <Route path="/register" component={SignInPage} />
      <Route path={['/forgot-password', '/reset-password']} component={PasswordResetPages} />
      <Route path="/account" component={AccountPage} />
      <Route path="/orders" component={OrdersPage} />
      <Route path="/orders/:id" component={OrderPage} />
      <Route path="/notifications" component={NotificationsPage} />
      <AdminRoutes />
      <Route path="*" component={NotFoundPage} />
    </Router>
  );
}

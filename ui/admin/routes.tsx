/** The pages of the control room; none of them is in the shop's first load. */
import { Navigate, Route } from '@solidjs/router';
import { lazy, type JSX } from 'solid-js';

const ControlRoom = lazy(() => import('./control-room.tsx'));
const OrdersPage = lazy(() => import('./orders-page.tsx'));
const FlashSalesPage = lazy(() => import('./flash-sales-page.tsx'));
const AuditPage = lazy(() => import('./audit-page.tsx'));

export function AdminRoutes(): JSX.Element {
  return (
    <Route path="/admin" component={ControlRoom}>
      <Route path="/" component={() => <Navigate href="/admin/orders" />} />
      <Route path="/orders" component={OrdersPage} />
      <Route path="/flash-sales" component={FlashSalesPage} />
      <Route path="/audit" component={AuditPage} />
    </Route>
  );
}

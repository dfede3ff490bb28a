/** The pages of the control room; none of them is in the shop's first load. */
import { Navigate, Route } from '@solidjs/router';
import { lazy, type JSX } from 'solid-js';
import { user } from '../api/session.ts';

const ControlRoom = lazy(() => import('./control-room.tsx'));
const OrdersPage = lazy(() => import('./console/orders-page.tsx'));
const ReviewPage = lazy(() => import('./console/review-page.tsx'));
const JobsPage = lazy(() => import('./console/jobs-page.tsx'));
const JobPage = lazy(() => import('./console/job-page.tsx'));
const FlashSalesPage = lazy(() => import('./flash-sales-page.tsx'));
const InventoryPage = lazy(() => import('./office/inventory-page.tsx'));
const SkuPage = lazy(() => import('./office/sku-page.tsx'));
const ImportPage = lazy(() => import('./office/import-page.tsx'));
const ReconciliationPage = lazy(() => import('./office/reconciliation-page.tsx'));
const ProductsPage = lazy(() => import('./office/products-page.tsx'));
const ProductPage = lazy(() => import('./office/product-page.tsx'));
const ModelsPage = lazy(() => import('./models/models-page.tsx'));
const CustomersPage = lazy(() => import('./customers-page.tsx'));
const PeoplePage = lazy(() => import('./office/people-page.tsx'));
const PausesPage = lazy(() => import('./sagas/pauses-page.tsx'));
const FleetPage = lazy(() => import('./sagas/fleet-page.tsx'));
const SagaPage = lazy(() => import('./sagas/saga-page.tsx'));
const LettersPage = lazy(() => import('./dead-letters/letters-page.tsx'));
const LetterPage = lazy(() => import('./dead-letters/letter-page.tsx'));
const HealthPage = lazy(() => import('./system/health-page.tsx'));
const EventsPage = lazy(() => import('./system/events-page.tsx'));
const DemoPage = lazy(() => import('./demo/demo-page.tsx'));
const AuditPage = lazy(() => import('./audit-page.tsx'));

/** Operators have no order queue. */
function FirstArea(): JSX.Element {
  return <Navigate href={user()?.role === 'admin' ? '/admin/orders' : '/admin/sagas'} />;
}

export function AdminRoutes(): JSX.Element {
  return (
    <Route path="/admin" component={ControlRoom}>
      <Route path="/" component={FirstArea} />
      <Route path="/orders" component={OrdersPage} />
      <Route path="/review" component={ReviewPage} />
      <Route path="/jobs" component={JobsPage} />
      <Route path="/jobs/:id" component={JobPage} />
      <Route path="/flash-sales" component={FlashSalesPage} />
      <Route path="/inventory" component={InventoryPage} />
      <Route path="/inventory/import" component={ImportPage} />
      <Route path="/inventory/reconciliation" component={ReconciliationPage} />
      <Route path="/inventory/sku/:sku" component={SkuPage} />
      <Route path="/products" component={ProductsPage} />
      <Route path="/products/new" component={ProductPage} />
      <Route path="/products/:id" component={ProductPage} />
      <Route path="/models" component={ModelsPage} />
      <Route path="/customers" component={CustomersPage} />
      <Route path="/people" component={PeoplePage} />
      <Route path="/sagas" component={FleetPage} />
      <Route path="/pauses" component={PausesPage} />
      <Route path="/sagas/order/:id" component={SagaPage} />
      <Route path="/dead-letters" component={LettersPage} />
      <Route path="/dead-letters/:id" component={LetterPage} />
      <Route path="/health" component={HealthPage} />
      <Route path="/events" component={EventsPage} />
      <Route path="/demo" component={DemoPage} />
      <Route path="/audit" component={AuditPage} />
    </Route>
  );
}

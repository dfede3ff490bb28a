/** The pages of the control room; none of them is in the shop's first load. */
import { Navigate, Route } from '@solidjs/router';
import { lazy, type JSX } from 'solid-js';

const ControlRoom = lazy(() => import('./control-room.tsx'));
const OrdersPage = lazy(() => import('./console/orders-page.tsx'));
const ReviewPage = lazy(() => import('./console/review-page.tsx'));
const JobsPage = lazy(() => import('./console/jobs-page.tsx'));
const JobPage = lazy(() => import('./console/job-page.tsx'));
const FlashSalesPage = lazy(() => import('./flash-sales-page.tsx'));
const FleetPage = lazy(() => import('./sagas/fleet-page.tsx'));
const SagaPage = lazy(() => import('./sagas/saga-page.tsx'));
const LettersPage = lazy(() => import('./dead-letters/letters-page.tsx'));
const LetterPage = lazy(() => import('./dead-letters/letter-page.tsx'));
const HealthPage = lazy(() => import('./system/health-page.tsx'));
const EventsPage = lazy(() => import('./system/events-page.tsx'));
const AuditPage = lazy(() => import('./audit-page.tsx'));

export function AdminRoutes(): JSX.Element {
  return (
    <Route path="/admin" component={ControlRoom}>
      <Route path="/" component={() => <Navigate href="/admin/orders" />} />
      <Route path="/orders" component={OrdersPage} />
      <Route path="/review" component={ReviewPage} />
const DemoPage = lazy(() => import('./demo/demo-page.tsx'));
      <Route path="/jobs" component={JobsPage} />
      <Route path="/jobs/:id" component={JobPage} />
      <Route path="/flash-sales" component={FlashSalesPage} />
      <Route path="/sagas" component={FleetPage} />
      <Route path="/sagas/order/:id" component={SagaPage} />
      <Route path="/dead-letters" component={LettersPage} />
      <Route path="/dead-letters/:id" component={LetterPage} />
      <Route path="/health" component={HealthPage} />
      <Route path="/events" component={EventsPage} />
      <Route path="/audit" component={AuditPage} />
    </Route>
  );
}
      <Route path="/demo" component={DemoPage} />

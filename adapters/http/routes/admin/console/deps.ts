import type { Letters } from '../../../../../core/services/accounts/letters.ts';
import type { AuditTrail } from '../../../../../core/services/audit/ports.ts';
import type { CustomerQueries, Jobs, OrderExports } from '../../../../../core/services/console/ports.ts';
import type { NotificationQueries } from '../../../../../core/services/notifications/ports.ts';
import type { OrderQueries } from '../../../../../core/services/orders/ports.ts';
import type { PaymentQueries } from '../../../../../core/services/payments/ports.ts';
import type { ShippingQueries } from '../../../../../core/services/shipping/ports.ts';
import type { Access } from '../../../authentication.ts';

/** What the order console needs beside the services' own queries. */
export interface OrderConsole {
  readonly jobs: Jobs & OrderExports;
  readonly customers: CustomerQueries;
  readonly letters: Letters;
  /** Ends its jobs' steps here; they go on elsewhere, or after the next start. */
  stop(): Promise<void>;
}

export interface ConsoleRoutesDeps {
  readonly console: OrderConsole;
  readonly orders: OrderQueries;
  readonly payments: PaymentQueries;
  readonly shipping: ShippingQueries;
  readonly notifications: NotificationQueries;
  readonly audit: AuditTrail;
  readonly access: Access;
}

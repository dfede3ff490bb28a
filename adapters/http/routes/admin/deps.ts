import type { AuditTrail } from '../../../../core/services/audit/ports.ts';
import type { Demo } from '../../../../core/services/demo/ports.ts';
import type { DeadLetterDesk } from '../../../../core/services/dead-letters/desk.ts';
import type { FlashSales } from '../../../../core/services/catalog/ports.ts';
import type { InventoryCommands } from '../../../../core/services/inventory/ports.ts';
import type { OrderCommands, OrderQueries } from '../../../../core/services/orders/ports.ts';
import type { Sagas } from '../../../../core/services/sagas/ports.ts';
import type { NotificationQueries } from '../../../../core/services/notifications/ports.ts';
import type { PaymentQueries } from '../../../../core/services/payments/ports.ts';
import type { ShippingQueries } from '../../../../core/services/shipping/ports.ts';
import type { Access } from '../../authentication.ts';
import type { Pauses } from '../../../../core/services/operations/ports.ts';
import type { AssistantDesk } from './assistant/deps.ts';
import type { OrderConsole } from './console/deps.ts';
import type { ShopOffice } from './office/deps.ts';

/** What the control room's routes work with. */
export interface AdminRoutesDeps {
  readonly orders: OrderQueries & OrderCommands;
  readonly inventory: InventoryCommands;
  readonly audit: AuditTrail;
  /** Absent: sagas can't be looked at here. */
  readonly sagas?: Sagas;
  /** Absent: dead letters can't be looked at here. */
  readonly deadLetters?: DeadLetterDesk;
  /** Absent: there are no simulated shoppers. */
  readonly demo?: Demo;
  /** Absent: no jobs, no exports, no letters. */
  readonly console?: OrderConsole;
  /** Absent: the shop can't be kept here. */
  readonly office?: ShopOffice;
  readonly sales: Pick<FlashSales, 'current'>;
  readonly payments: PaymentQueries;
  readonly shipping: ShippingQueries;
  readonly notifications: NotificationQueries;
  readonly pauses: Pauses;
  /** Absent: no questions are answered here. */
  readonly assistant?: AssistantDesk;
  readonly access: Access;
}

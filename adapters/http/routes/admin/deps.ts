import type { AuditTrail } from '../../../../core/services/audit/ports.ts';
import type { InventoryCommands } from '../../../../core/services/inventory/ports.ts';
import type { OrderCommands, OrderQueries } from '../../../../core/services/orders/ports.ts';
import type { Sagas } from '../../../../core/services/sagas/ports.ts';
import type { Access } from '../../authentication.ts';

/** What the control room's routes work with. */
export interface AdminRoutesDeps {
  readonly orders: OrderQueries & OrderCommands;
  readonly inventory: InventoryCommands;
  readonly audit: AuditTrail;
  /** Absent: sagas can't be looked at here. */
  readonly sagas?: Sagas;
  readonly access: Access;
}

import type { AuditTrail } from '../../../../core/services/audit/ports.ts';
import type { Pauses } from '../../../../core/services/operations/ports.ts';
import type { SagaRepairs } from '../../../../core/services/orders/repair-ports.ts';
import type { Access } from '../../authentication.ts';

/** What the operators' routes work with. */
export interface OpsRoutesDeps {
  readonly repairs: SagaRepairs;
  readonly pauses: Pauses;
  readonly audit: AuditTrail;
  readonly access: Access;
}

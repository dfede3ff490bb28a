import type { Assistant } from '../../../../../core/services/assistant/assistant.ts';
import type { ProposalStore } from '../../../../../core/services/assistant/ports.ts';
import type { Summaries } from '../../../../../core/services/assistant/summaries.ts';
import type { AuditTrail } from '../../../../../core/services/audit/ports.ts';
import type { InventoryCommands } from '../../../../../core/services/inventory/ports.ts';
import type { Pauses } from '../../../../../core/services/operations/ports.ts';
import type { OrderCommands, OrderQueries } from '../../../../../core/services/orders/ports.ts';
import type { Access } from '../../../authentication.ts';
import type { ShopOffice } from '../office/deps.ts';

export interface AssistantDesk {
  readonly assistant: Assistant;
  readonly proposals: ProposalStore;
  /** Absent: no language model writes any. */
  readonly summaries?: Summaries;
  /** Called once the gateway closes; resolves when nothing is under way. */
  stop(): Promise<void>;
}

export interface AssistantRoutesDeps {
  readonly assistant: AssistantDesk;
  readonly orders: OrderQueries & OrderCommands;
  readonly inventory: InventoryCommands;
  readonly audit: AuditTrail;
  readonly pauses: Pauses;
  readonly office?: ShopOffice;
  readonly access: Access;
}

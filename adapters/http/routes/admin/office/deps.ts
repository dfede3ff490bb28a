import type { People } from '../../../../../core/services/accounts/people.ts';
import type { AuditTrail } from '../../../../../core/services/audit/ports.ts';
import type { CatalogKeeping } from '../../../../../core/services/catalog/keeping.ts';
import type { FlashSales } from '../../../../../core/services/catalog/ports.ts';
import type { StockBoard } from '../../../../../core/services/inventory/board.ts';
import type { InventoryCommands } from '../../../../../core/services/inventory/ports.ts';
import type {
  Reconciliation,
  ReconciliationStore,
} from '../../../../../core/services/inventory/reconciliation.ts';
import type { StockImports } from '../../../../../core/services/inventory/stock-import.ts';
import type { Access } from '../../../authentication.ts';

/** What those who keep the shop work with, beside the shop's own services. */
export interface ShopOffice {
  readonly board: StockBoard;
  readonly imports: StockImports;
  readonly reconciliations: Pick<ReconciliationStore, 'list' | 'differences'>;
  /** Compares all stock now; resolves with what was found. */
  readonly reconcile: (askedBy: string) => Promise<Reconciliation>;
  readonly keeping: CatalogKeeping;
  readonly people: People;
}

export interface OfficeRoutesDeps {
  readonly office: ShopOffice;
  readonly inventory: InventoryCommands;
  readonly sales: Pick<FlashSales, 'current'>;
  readonly audit: AuditTrail;
  readonly access: Access;
}

import type { RelatedRequest, RelatedRow } from '../../../core/engine/behaviour.ts';
import type { RelatedRows } from '../../../core/engine/ports.ts';
import { unreachable } from '../../../core/kernel/assert.ts';
import {
  HOLDS_READ,
  HOLDS_READ_MAX,
  RESERVATION_READ,
  relatedReservation,
} from '../../../core/services/inventory/reservation.ts';
import { reservationTable } from '../../../core/services/inventory/tables.ts';
import type { MemoryDatabase } from './database.ts';
import { HELD_INDEX } from './schemas.ts';
import type { MemoryTable, Row } from './table.ts';

/** The reservations that stock actors ask for (core/services/inventory/reservation.ts). */
export class MemoryRelatedRows implements RelatedRows {
  readonly #reservations: MemoryTable;

  constructor(database: MemoryDatabase) {
    this.#reservations = database.service('inventory').table(reservationTable.table);
  }

  read(requests: readonly RelatedRequest[]): Promise<readonly (readonly RelatedRow[])[]> {
    return new Promise((resolve) => {
      resolve(requests.map((request) => this.#rowsFor(request).map(relatedReservation)));
    });
  }

  #rowsFor({ name: asked, key }: RelatedRequest): readonly Row[] {
    const name = asked as typeof RESERVATION_READ | typeof HOLDS_READ;
    switch (name) {
      case RESERVATION_READ: {
        const row = this.#reservations.find(key[0], key[1]);
        return row === undefined ? [] : [row];
      }
      case HOLDS_READ:
        return this.#reservations.group(HELD_INDEX, key[0] ?? '').slice(0, HOLDS_READ_MAX);
      default:
        return unreachable(name);
    }
  }
}

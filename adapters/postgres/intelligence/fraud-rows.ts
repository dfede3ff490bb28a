import type { FraudRow, FraudRows } from '../../../core/services/intelligence/fraud/rows.ts';
import type { Queryable } from '../database.ts';

const SLICE = 1_000;

interface Stored {
  readonly order_id: string;
  readonly placed_at: Date;
  readonly signals: readonly number[];
  readonly score: number | null;
  readonly approved: boolean;
  readonly rejected: boolean;
  readonly disputed: boolean;
}

const outcome = (kind: string) =>
  `exists (select from intelligence.order_outcome o where o.order_id = s.order_id and o.kind = '${kind}') as ${kind}`;

export function createFraudRows(db: Queryable): FraudRows {
  return {
    async *newest(most) {
      let last: Stored | undefined;
      for (let left = most; left > 0; left -= SLICE) {
        const rows: Stored[] = await db.query<Stored>(
          `select order_id, placed_at, signals, score, ${['approved', 'rejected', 'disputed'].map(outcome).join(', ')}
           from intelligence.seen_order s
           where (placed_at, order_id) < ($1::timestamptz, $2::text)
           order by placed_at desc, order_id desc limit $3`,
          [last?.placed_at ?? 'infinity', last?.order_id ?? '', Math.min(left, SLICE)],
          'intelligence.fraud.rows',
        );
        if (rows.length > 0) yield rows.map(rowOf);
        last = rows.at(-1);
        if (rows.length < SLICE) return;
      }
    },
  };
}

function rowOf({ placed_at, signals, score, approved, rejected, disputed }: Stored): FraudRow {
  return {
    placedAtMs: placed_at.getTime(),
    values: signals,
    score,
    review: rejected ? 'rejected' : approved ? 'approved' : null,
    disputed,
  };
}

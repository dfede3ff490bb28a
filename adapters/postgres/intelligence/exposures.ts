import type { Exposure, ExposureStore, Surface } from '../../../core/services/intelligence/exposures.ts';
import type { Queryable } from '../database.ts';

interface ExposureRow {
  readonly user_id: string;
  readonly surface: Surface;
  readonly product_id: string;
  readonly at: Date;
  readonly slot: number;
  readonly explored: boolean;
  readonly version: number | null;
}

export function createExposureStore(db: Queryable): ExposureStore {
  return {
    async write(exposures) {
      const column = <Value>(value: (exposure: Exposure) => Value): Value[] => exposures.map(value);
      await db.query(
        `insert into intelligence.exposure (user_id, day, surface, product_id, at, slot, explored, version)
         select user_id, (at at time zone 'UTC')::date, surface, product_id, at, slot, explored, version
         from unnest($1::text[], $2::text[], $3::text[], $4::timestamptz[], $5::smallint[], $6::boolean[], $7::integer[])
           as shown(user_id, surface, product_id, at, slot, explored, version)
         on conflict do nothing`,
        [
          column(({ userId }) => userId),
          column(({ surface }) => surface),
          column(({ productId }) => productId),
          column(({ atMs }) => new Date(atMs)),
          column(({ slot }) => slot),
          column(({ explored }) => explored),
          column(({ version }) => version),
        ],
        'intelligence.exposure.write',
      );
    },
    async newest(sinceMs, most) {
      const rows = await db.query<ExposureRow>(
        `select user_id, surface, product_id, at, slot, explored, version from intelligence.exposure
         where at >= $1 order by at desc limit $2`,
        [new Date(sinceMs), most],
        'intelligence.exposure.newest',
      );
      return rows.map(({ user_id, surface, product_id, at, slot, explored, version }) => ({
        userId: user_id,
        surface,
        productId: product_id,
        atMs: at.getTime(),
        slot,
        explored,
        version,
      }));
    },
    async forget(beforeMs) {
      await db.query('delete from intelligence.exposure where at < $1', [new Date(beforeMs)]);
    },
    async forgetUser(userId) {
      await db.query('delete from intelligence.exposure where user_id = $1', [userId]);
    },
  };
}

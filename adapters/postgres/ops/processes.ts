import type { KnownProcess, Processes, ProcessStatus } from '../../../core/services/observation/ports.ts';
import type { Queryable } from '../database.ts';

/** Afterwards a process that is gone tells nobody anything. */
const REMEMBERED = `interval '1 hour'`;

/** The processes of the platform, each with a row of its own that it writes itself. */
export function createProcesses(db: Queryable): Processes {
  return {
    async tell(status) {
      await db.query(
        `with me as (
           insert into ops.process (id, started_at, seen_at, status)
           values ($1, $2, clock_timestamp(), $3::json)
           on conflict (id) do update set seen_at = excluded.seen_at, status = excluded.status
         )
         delete from ops.process where id in (
           select id from ops.process
           where seen_at < clock_timestamp() - ${REMEMBERED} and id <> $1 for update skip locked
         )`,
        [status.id, status.startedAt, JSON.stringify(status)],
        'ops.process.tell',
      );
    },

    async leave(id) {
      await db.query(
        'update ops.process set stopped = true, seen_at = clock_timestamp() where id = $1',
        [id],
        'ops.process.leave',
      );
    },

    async list() {
      const rows = await db.query<{
        readonly status: ProcessStatus;
        readonly stopped: boolean;
        readonly silent_ms: number;
      }>(
        `select status, stopped,
           (extract(epoch from clock_timestamp() - seen_at) * 1000)::double precision as silent_ms
         from ops.process where seen_at > clock_timestamp() - ${REMEMBERED}
         order by started_at, id`,
        [],
        'ops.process.list',
      );
      return rows.map(({ status, stopped, silent_ms: silentMs }): KnownProcess => ({
        ...status,
        stopped,
        silentMs: Math.max(0, Math.round(silentMs)),
      }));
    },
  };
}

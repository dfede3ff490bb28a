import { OrreryError, ValueRefused } from '../../../core/kernel/errors.ts';
import type { Pauses, PauseRequest, PauseView } from '../../../core/services/operations/ports.ts';
import type { Database } from '../database.ts';
import { quoteName } from '../names.ts';

/** What can be paused of one service; a participant has neither kinds nor partitions. */
export interface PausableService {
  readonly kinds: readonly string[];
  readonly partitions: number;
}

interface PauseRow {
  readonly id: string;
  readonly kind: string | null;
  readonly partition: number | null;
  readonly reason: string;
  readonly by_user: string;
  readonly at: Date;
}

const COLUMNS = 'id, kind, partition, reason, by_user, at';

/** Pauses of every service, each in its own schema: no statement spans two (P5). */
export function createPauses(
  db: Database,
  services: ReadonlyMap<string, PausableService>,
  newId: () => string,
): Pauses {
  const check: Pauses['check'] = async (request) => {
    const service = serviceOf(services, request);
    refuseUnknown(request, service);
    const { kind = null, partition = null } = request;
    const known = await db.query(
      `select 1 from ${quoteName(request.service)}.pause
       where kind is not distinct from $1::text and partition is not distinct from $2::integer`,
      [kind, partition],
    );
    if (known.length > 0) throw alreadyPaused(request);
  };

  return {
    check,
    async list() {
      const views: PauseView[] = [];
      for (const service of services.keys()) {
        const rows = await db.query<PauseRow>(`select ${COLUMNS} from ${quoteName(service)}.pause`);
        views.push(...rows.map((row) => viewOf(service, row)));
      }
      return views.sort((one, other) => (one.at < other.at ? 1 : -1));
    },

    async pause(request, by) {
      await check(request);
      const { service, kind = null, partition = null, reason } = request;
      try {
        const [row] = await db.query<PauseRow>(
          `insert into ${quoteName(service)}.pause (id, kind, partition, reason, by_user)
           values ($1, $2, $3, $4, $5) returning ${COLUMNS}`,
          [newId(), kind, partition, reason, by],
        );
        return viewOf(service, row as PauseRow);
      } catch (error) {
        // Somebody else has paused it since it was looked up.
        if (error instanceof ValueRefused) throw alreadyPaused(request);
        throw error;
      }
    },

    async resume(id) {
      for (const service of services.keys()) {
        const [row] = await db.query<PauseRow>(
          `delete from ${quoteName(service)}.pause where id = $1 returning ${COLUMNS}`,
          [id],
        );
        if (row !== undefined) return viewOf(service, row);
      }
      return undefined;
    },
  };
}

function serviceOf(
  services: ReadonlyMap<string, PausableService>,
  { service }: PauseRequest,
): PausableService {
  const known = services.get(service);
  if (known !== undefined) return known;
  throw new OrreryError('unknown_service', `service: must be one of ${[...services.keys()].join(', ')}`);
}

function refuseUnknown({ kind, partition }: PauseRequest, { kinds, partitions }: PausableService): void {
  if (kind !== undefined && !kinds.includes(kind)) {
    const known = kinds.length === 0 ? 'the service has none' : `it has ${kinds.join(', ')}`;
    throw new OrreryError('unknown_kind', `kind: the service has no actors of this kind; ${known}`);
  }
  if (partition !== undefined && partition >= partitions) {
    const known = partitions === 0 ? 'it has none' : `it has 0 to ${String(partitions - 1)}`;
    throw new OrreryError('unknown_partition', `partition: the service has no such partition; ${known}`);
  }
}

function alreadyPaused({ service }: PauseRequest): OrreryError {
  return new OrreryError('already_paused', `this part of ${service} is paused already`);
}

function viewOf(service: string, { id, kind, partition, reason, by_user: by, at }: PauseRow): PauseView {
  return { id, service, kind, partition, reason, by, at: at.toISOString() };
}

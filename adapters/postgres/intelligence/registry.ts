import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import {
  type InputProfile,
  MODEL_NAMES,
  type ModelDrift,
  type ModelGrade,
  type ModelLately,
  type ModelName,
  type ModelRegistry,
  type ModelState,
  type ModelStatus,
  type ModelTraining,
  type ModelVersion,
} from '../../../core/services/intelligence/ports.ts';
import { verdictOn } from '../../../core/services/intelligence/verdict.ts';
import type { Database } from '../database.ts';

/** How many versions of a model are told of; older rows stay, without their content. */
const VERSIONS_SHOWN = 10;

const pack = promisify(gzip);
const unpack = promisify(gunzip);

interface VersionRow {
  readonly name: ModelName;
  readonly version: number;
  readonly state: ModelState;
  readonly reason: string;
  readonly trained_at: Date;
  readonly took_ms: number;
  readonly rows_seen: number;
  readonly grades: readonly ModelGrade[];
}

interface LatelyRow {
  readonly name: ModelName;
  readonly version: number;
  readonly at: Date;
  readonly figures: Omit<ModelLately, 'version' | 'at'>;
}

interface TrainingRow {
  readonly name: ModelName;
  readonly asked_at: Date;
  readonly asked_by: string | null;
  readonly started_at: Date | null;
  readonly ended_at: Date | null;
  readonly problem: string | null;
}

const VERSION = 'name, version, state, reason, trained_at, took_ms, rows_seen, grades';

/** Contents are JSON, packed off the event loop; they are read once per version and process. */
export function createModelRegistry(db: Database): ModelRegistry {
  return {
    async serving() {
      const rows = await db.query<{ name: ModelName; version: number | null; enabled: boolean }>(
        `select coalesce(v.name, s.name) as name, v.version, coalesce(s.enabled, true) as enabled
         from (select name, version from intelligence.model_version where state = 'live') v
         full join intelligence.model_switch s on s.name = v.name`,
        [],
        'intelligence.serving',
      );
      return new Map(rows.map(({ name, version, enabled }) => [name, { version, enabled }]));
    },

    async live(name) {
      const [row] = await db.query<VersionRow & { content: Uint8Array; inputs: InputProfile }>(
        `select ${VERSION}, inputs, content from intelligence.model_version where name = $1 and state = 'live'`,
        [name],
        'intelligence.live',
      );
      if (row === undefined) return undefined;
      return {
        version: row.version,
        trainedAt: row.trained_at.toISOString(),
        grades: row.grades,
        inputs: row.inputs,
        content: JSON.parse((await unpack(row.content)).toString('utf8')) as unknown,
      };
    },

    async add(name, trained, tookMs) {
      const content = await pack(JSON.stringify(trained.content));
      return db.transaction(async (tx) => {
        await tx.query(`select pg_advisory_xact_lock(hashtext('intelligence.model_version.' || $1))`, [name]);
        const [last] = await tx.query<{ last: number; live: number | null }>(
          `select coalesce(max(version), 0) as last, max(version) filter (where state = 'live') as live
           from intelligence.model_version where name = $1`,
          [name],
        );
        const { goesLive, reason } = verdictOn(trained, last?.live ?? undefined);
        if (goesLive) {
          // The one before keeps its content, should somebody want to look at it; older ones don't.
          await tx.query(
            `update intelligence.model_version
             set state = case state when 'live' then 'replaced' else state end,
               content = case state when 'live' then content end
             where name = $1 and content is not null`,
            [name],
          );
        }
        const [row] = await tx.query<VersionRow>(
          `insert into intelligence.model_version
             (name, version, state, reason, took_ms, rows_seen, grades, inputs, content)
           values ($1, $2, $3, $4, $5, $6, $7::jsonb, $8::jsonb, $9) returning ${VERSION}`,
          [
            name,
            (last?.last ?? 0) + 1,
            goesLive ? 'live' : 'rejected',
            reason,
            Math.round(tookMs),
            trained.rows,
            JSON.stringify(trained.grades),
            JSON.stringify(trained.inputs),
            goesLive ? content : null,
          ],
        );
        if (row === undefined) throw new Error('an insert returns its row');
        return versionOf(row);
      });
    },

    async status() {
      const [versions, switches, drifts, latelies, trainings] = await Promise.all([
        db.query<VersionRow>(
          `select ${VERSION} from (
             select *, row_number() over (partition by name order by version desc) as place
             from intelligence.model_version) ranked
           where place <= $1 or state = 'live' order by name, version desc`,
          [VERSIONS_SHOWN],
          'intelligence.versions',
        ),
        db.query<{ name: ModelName; enabled: boolean }>(
          'select name, enabled from intelligence.model_switch',
          [],
          'intelligence.switches',
        ),
        db.query<{ name: ModelName; at: Date; measure: ModelDrift['measure']; value: number }>(
          'select distinct on (name) name, at, measure, value from intelligence.model_drift order by name, at desc',
          [],
          'intelligence.drifts',
        ),
        db.query<LatelyRow>(
          'select name, version, at, figures from intelligence.model_lately',
          [],
          'intelligence.lately',
        ),
        db.query<TrainingRow>(
          'select name, asked_at, asked_by, started_at, ended_at, problem from intelligence.training',
          [],
          'intelligence.trainings',
        ),
      ]);
      return MODEL_NAMES.map((name): ModelStatus => {
        const own = versions.filter((row) => row.name === name).map(versionOf);
        const drift = drifts.find((row) => row.name === name);
        const lately = latelies.find((row) => row.name === name);
        const training = trainings.find((row) => row.name === name);
        return {
          name,
          enabled: switches.find((row) => row.name === name)?.enabled ?? true,
          live: own.find(({ state }) => state === 'live') ?? null,
          versions: own,
          drift:
            drift === undefined
              ? null
              : { measure: drift.measure, value: drift.value, at: drift.at.toISOString() },
          lately:
            lately === undefined
              ? null
              : { ...lately.figures, version: lately.version, at: lately.at.toISOString() },
          training: training === undefined ? null : trainingOf(training),
        };
      });
    },

    async switchTo(name, enabled, by) {
      await db.query(
        `insert into intelligence.model_switch (name, enabled, set_by) values ($1, $2, $3)
         on conflict (name) do update set enabled = $2, set_by = $3, set_at = clock_timestamp()`,
        [name, enabled, by],
        'intelligence.switch',
      );
    },

    async recordDrift(name, { measure, value }) {
      await db.query(
        `insert into intelligence.model_drift (name, measure, value) values ($1, $2, $3)
         on conflict (name, at) do update set measure = $2, value = $3`,
        [name, measure, value],
        'intelligence.drift',
      );
    },

    async recordLately(name, { version, ...figures }, carried) {
      await db.query(
        `insert into intelligence.model_lately (name, version, figures, carried) values ($1, $2, $3::jsonb, $4::jsonb)
         on conflict (name) do update
           set version = $2, at = clock_timestamp(), figures = $3::jsonb, carried = $4::jsonb`,
        [name, version, JSON.stringify(figures), JSON.stringify(carried)],
        'intelligence.lately.record',
      );
    },

    async carried(name) {
      const [row] = await db.query<{ carried: unknown }>(
        'select carried from intelligence.model_lately where name = $1',
        [name],
        'intelligence.lately.carried',
      );
      return row?.carried ?? null;
    },
  };
}

function versionOf(row: VersionRow): ModelVersion {
  return {
    name: row.name,
    version: row.version,
    state: row.state,
    reason: row.reason,
    trainedAt: row.trained_at.toISOString(),
    tookMs: row.took_ms,
    rows: row.rows_seen,
    grades: row.grades,
  };
}

function trainingOf(row: TrainingRow): ModelTraining {
  return {
    askedAt: row.asked_at.toISOString(),
    askedBy: row.asked_by,
    startedAt: row.started_at?.toISOString() ?? null,
    endedAt: row.ended_at?.toISOString() ?? null,
    problem: row.problem,
  };
}

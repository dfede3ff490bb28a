import { fraudTrainerOf } from '../../../../core/services/intelligence/trainers/fraud.ts';
import type { Database } from '../../../postgres/database.ts';
import { createModelRegistry } from '../../../postgres/intelligence/registry.ts';
import type { Member } from '../fleet.ts';
import { pause } from '../run.ts';
import type { Fault, Scene } from './scenario.ts';
import { startAgain } from './process-faults.ts';

/** Made-up orders that the version of a drill is trained from: seconds, where a real training takes minutes. */
const TRAINED_ON = 8_000;
/** How late the process of the models sees a version, with room. */
const SEEN_MS = 4_000;
/** Orders that came so late in the fault may still be under way when it is over. */
const UNDER_WAY_MS = 5_000;
/** Of the orders that came during the fault so many must have come to their end before it was over. */
const ENDED_SHARE_LEAST = 0.95;

/** The shoppers of a drill buy like no person does; nobody is there to let their orders go. */
export const NOBODY_REVIEWS = { FRAUD_REVIEW_ABOVE: '100' } as const;

/** Trains a version of the fraud score and lets it serve, so that there is something to lose. */
export async function serveFraudScores(database: Database): Promise<void> {
  const startedAt = performance.now();
  const trained = fraudTrainerOf({ simulatedOrders: TRAINED_ON }).train([], {
    live: undefined,
    nowMs: Date.now(),
    seed: 1,
  });
  const tookMs = Math.round(performance.now() - startedAt);
  const { state, reason } = await createModelRegistry(database).add('fraud', trained, tookMs);
  if (state !== 'live') throw new Error(`the fraud score of this drill does not serve: ${reason}`);
  await pause(SEEN_MS);
}

/** The process of the models dies and stays away for `lengthMs`. */
export const killModels: Fault = (scene) =>
  withoutModels(
    scene,
    (models) => models.process.kill(),
    (models) => startAgain(models.process),
  );

/** The process of the models hangs for `lengthMs`: its connections stay, and nothing comes from it. */
export const hangModels: Fault = (scene) =>
  withoutModels(
    scene,
    ({ process }) => {
      process.pause();
    },
    ({ process }) => {
      process.resume();
    },
  );

async function withoutModels(
  scene: Scene,
  harm: (models: Member) => unknown,
  heal: (models: Member) => unknown,
): Promise<number> {
  const { fleet, lengthMs, verdicts } = scene;
  if (fleet.models === undefined) throw new Error('this fleet has no process of the models');
  const scoredBefore = await scored(scene);
  await harm(fleet.models);
  const since = new Date();
  await pause(lengthMs);
  const { came, ended } = await meanwhile(scene, since);
  const scoredMeanwhile = (await scored(scene)) - scoredBefore;
  await heal(fleet.models);
  verdicts.check('orders were scored before', scoredBefore > 0, `(${scoredBefore})`);
  verdicts.check('and hardly any without the models', scoredMeanwhile < came / 2, `(${scoredMeanwhile})`);
  verdicts.check(
    'orders came to their end without the models',
    came > 0 && ended >= came * ENDED_SHARE_LEAST,
    `(${ended} of ${came})`,
  );
  return 1;
}

async function scored({ stage }: Scene): Promise<number> {
  const [row] = await stage.database.query<{ orders: number }>(
    `select count(*) as orders from intelligence.seen_order where score is not null`,
  );
  return row?.orders ?? 0;
}

async function meanwhile({ stage }: Scene, since: Date): Promise<{ came: number; ended: number }> {
  const [row] = await stage.database.query<{ came: number; ended: number }>(
    `select count(*) as came, count(*) filter (where status in ('delivered', 'cancelled')) as ended
     from orders.orders where created_at between $1 and $2`,
    [since, new Date(Date.now() - UNDER_WAY_MS)],
  );
  return row ?? { came: 0, ended: 0 };
}

import type { Member } from '../fleet.ts';
import type { PlatformProcess } from '../process.ts';
import { pause, say } from '../run.ts';
import type { Fault, Scene } from './scenario.ts';

/** A worker dies in the middle of whatever it does and comes back after `lengthMs`. */
export const killWorker: Fault = (scene) => kill(scene, oneOf(scene, scene.fleet.workers));

export const killGateway: Fault = (scene) => kill(scene, scene.fleet.gateway);

async function kill({ lengthMs }: Scene, { process }: Member): Promise<number> {
  await process.kill();
  await pause(lengthMs);
  await startAgain(process);
  return 1;
}

/** Each process in turn is asked to stop and started again, as for an upgrade; `lengthMs` lies between them. */
export const restartEach: Fault = async ({ fleet, lengthMs, verdicts }) => {
  for (const { process } of [...fleet.workers, fleet.gateway]) {
    const code = await process.stop();
    verdicts.check(`${process.name} stops in peace`, code === 0, `(exit code ${code ?? 'none'})`);
    await startAgain(process);
    await pause(lengthMs / fleet.all.length);
  }
  return fleet.all.length;
};

/** As whoever looks after processes does: until it is up. */
export async function startAgain(process: PlatformProcess): Promise<void> {
  const startedAt = performance.now();
  for (let attempt = 1; ; attempt += 1) {
    try {
      await process.start();
      say(
        `  ${process.name} is up again after ${Math.round(performance.now() - startedAt)} ms, attempt ${attempt}`,
      );
      return;
    } catch (error) {
      if (performance.now() - startedAt > UP_MS_MAX) throw error;
      await pause(1_000);
    }
  }
}

/**
 * A worker gets no processor for longer than its lease and than RabbitMQ waits for its heartbeat: others take its
 * partitions, and when it goes on, in the middle of a batch perhaps, the fence keeps out what it still commits.
 */
export const pauseWorker: Fault = async (scene) => {
  const { process } = oneOf(scene, scene.fleet.workers);
  const { stage, log, verdicts, lengthMs } = scene;
  const before = await partitionsOf(scene, process);
  process.pause();
  await pause(lengthMs);
  const kept = await partitionsOf(scene, process);
  process.resume();
  verdicts.check('it had partitions', before > 0, `(${before})`);
  verdicts.check('others took its partitions while it stood still', kept === 0, `(it kept ${kept})`);
  // It comes to itself, tries what it had in mind, and may get partitions again under a new epoch.
  await pause(SETTLE_MS);
  const [row] = await stage.database.query<{ partitions: number }>(
    `select count(*) as partitions from (
       select owner, expires_at from orders.partition union all select owner, expires_at from inventory.partition
     ) as lease where owner is null or expires_at < clock_timestamp()`,
  );
  verdicts.check(
    'every partition has an owner',
    row?.partitions === 0,
    `(${row?.partitions ?? '?'} have none)`,
  );
  say(`  ${process.name} had ${log.fenced(process.name)} commits fenced off`);
  return 1;
};

export const pauseGateway: Fault = async ({ fleet, lengthMs }) => {
  fleet.gateway.process.pause();
  await pause(lengthMs);
  fleet.gateway.process.resume();
  return 1;
};

/** Leases that run and are the process's; its pid is part of the name it holds them under. */
async function partitionsOf({ stage }: Scene, process: PlatformProcess): Promise<number> {
  const [row] = await stage.database.query<{ partitions: number }>(
    `select count(*) as partitions from (
       select owner, expires_at from orders.partition union all select owner, expires_at from inventory.partition
     ) as lease where owner like $1 and expires_at > clock_timestamp()`,
    [`%-worker-${process.pid ?? 0}-%`],
  );
  return row?.partitions ?? 0;
}

export function oneOf<Item>({ random }: Scene, items: readonly Item[]): Item {
  const item = items[Math.floor(random() * items.length)];
  if (item === undefined) throw new Error('there is none to choose from');
  return item;
}

const UP_MS_MAX = 90_000;
const SETTLE_MS = 5_000;

import type { TcpProxy } from '../../../network/tcp-proxy.ts';
import { pause } from '../run.ts';
import { oneOf } from './process-faults.ts';
import type { Fault, Scene } from './scenario.ts';

export type Service = 'postgres' | 'rabbitmq' | 'redis';

/** All connections of all processes to the service, cut again and again. */
export function cutAgainAndAgain(service: Service): Fault {
  return (scene) =>
    disturbing(proxiesOf(scene, service), async (proxies) => {
      const endAt = performance.now() + scene.lengthMs;
      while (performance.now() < endAt) {
        for (const proxy of proxies) proxy.cut();
        await pause(CUT_EVERY_MS.least + scene.random() * CUT_EVERY_MS.more);
      }
    });
}

/** Every way there and back takes longer, by a time that differs. */
export function delayed(service: Service, latencyMs: number, jitterMs: number): Fault {
  return (scene) =>
    disturbing(proxiesOf(scene, service), async (proxies) => {
      for (const proxy of proxies) proxy.delay(latencyMs, jitterMs);
      await pause(scene.lengthMs);
      for (const proxy of proxies) proxy.delay(0);
    });
}

/** Nothing passes, and nobody is told; what was sent arrives when it is over. */
export function blackHole(service: Service): Fault {
  return (scene) => swallow(scene, proxiesOf(scene, service));
}

/** Every connection ends, and no new one is made. */
export function outage(service: Service): Fault {
  return (scene) =>
    disturbing(proxiesOf(scene, service), async (proxies) => {
      for (const proxy of proxies) proxy.refuse(true);
      await pause(scene.lengthMs);
      for (const proxy of proxies) proxy.refuse(false);
    });
}

/** All connections go silent for good, as when a firewall loses its table; whoever connects anew is served. */
export function forgotten(service: Service): Fault {
  return (scene) =>
    disturbing(proxiesOf(scene, service), async (proxies) => {
      for (const proxy of proxies) proxy.forget();
      await pause(scene.lengthMs);
    });
}

/** The black hole is between the service and one worker only; all others go on. */
export function oneWorkerCutOff(service: Service): Fault {
  return (scene) => swallow(scene, [oneOf(scene, scene.fleet.workers).links[service]]);
}

function swallow({ lengthMs }: Scene, chosen: readonly TcpProxy[]): Promise<number> {
  return disturbing(chosen, async (proxies) => {
    for (const proxy of proxies) proxy.blackHole(true);
    await pause(lengthMs);
    for (const proxy of proxies) proxy.blackHole(false);
  });
}

/** Resolves with how many connections were disturbed meanwhile. */
async function disturbing(
  proxies: readonly TcpProxy[],
  work: (proxies: readonly TcpProxy[]) => Promise<void>,
): Promise<number> {
  const sum = (): number => proxies.reduce((total, { disturbed }) => total + disturbed, 0);
  const before = sum();
  await work(proxies);
  return sum() - before;
}

function proxiesOf({ fleet }: Scene, service: Service): readonly TcpProxy[] {
  return fleet.all.map(({ links }) => links[service]);
}

const CUT_EVERY_MS = { least: 500, more: 2_500 } as const;

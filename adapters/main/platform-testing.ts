import { pino } from 'pino';
import type { Frame, PublishHow } from '../../core/engine/ports.ts';
import { type Platform, startPlatform } from './platform.ts';
import { openResources, type Resources } from './resources.ts';
import { loadSettings } from './settings.ts';

export interface VisiblePlatform {
  readonly platform: Platform;
  readonly resources: Resources;
  /** Keeps everything that this process publishes until the returned function is called. */
  readonly holdBack: () => () => void;
}

/** Starts one process' worth of the platform in this process, and shows the world it works in. */
export async function startVisibly(environment: Readonly<Record<string, string>>): Promise<VisiblePlatform> {
  const settings = loadSettings(environment);
  const logger = pino({ level: settings.logLevel });
  let resources: Resources | undefined;
  let mayPublish = Promise.resolve();
  const platform = await startPlatform(settings, logger, async (...given) => {
    resources = await openResources(...given);
    const { broker } = resources;
    const publish = broker.publish.bind(broker);
    broker.publish = async (frames: readonly Frame[], how?: PublishHow) => {
      await mayPublish;
      await publish(frames, how);
    };
    return resources;
  });
  if (resources === undefined) throw new Error('the platform did not open its resources');
  return {
    platform,
    resources,
    holdBack: () => {
      let letGo = (): void => undefined;
      mayPublish = new Promise((resolve) => {
        letGo = resolve;
      });
      return letGo;
    },
  };
}

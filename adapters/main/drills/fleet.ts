import { createServer, type AddressInfo } from 'node:net';
import { NODE_NAMES, type NodeName } from '../wiring.ts';
import { openLinks, type Links } from './links.ts';
import { PlatformProcess } from './process.ts';
import type { Stage } from './stage.ts';

/** A gateway and workers, and the models where they are kept apart: each a process of its own with its own ways to the services. */
export interface Fleet {
  readonly url: string;
  readonly gateway: Member;
  readonly workers: readonly Member[];
  /** The process of the models, in a fleet that keeps them out of the workers. */
  readonly models: Member | undefined;
  readonly all: readonly Member[];
}

/** Where the models run: in the workers, in a process of their own, or nowhere. */
export type ModelsPlace = 'workers' | 'apart' | 'nowhere';

export interface Member {
  readonly process: PlatformProcess;
  /** The process goes through these only in a fleet that asked for it. */
  readonly links: Links;
}

export interface FleetOptions {
  readonly workers?: number;
  /** Default: in the workers. */
  readonly models?: ModelsPlace;
  /** Whether the processes go through their links, where they can be disturbed; default: straight to the services. */
  readonly disturbed?: boolean;
  /** Settings of every process, over those of a drill. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Told whatever a process prints. */
  readonly onOutput?: (process: string, text: string) => void;
}

const GATEWAY_SERVICES = 'gateway,accounts,catalog,carts';
const MODEL_SERVICES: readonly NodeName[] = ['intelligence'];

/** Parcels arrive at once, and nobody is slowed down by limits. */
const DRILL_SETTINGS = {
  LOG_LEVEL: 'error',
  CHECKOUT_LIMIT_PER_MINUTE: '0',
  RATE_LIMIT_PER_MINUTE: '0',
  SHIPPING_TIME_SCALE: '1000000',
};

/** Resolves once every process is up; they are stopped before the stage is removed. */
export async function startFleet(
  stage: Pick<Stage, 'urls' | 'defer'>,
  options: FleetOptions = {},
): Promise<Fleet> {
  const port = await freePort();
  const member = async (name: string, settings: Readonly<Record<string, string>>): Promise<Member> => {
    const links = await openLinks(stage.urls);
    stage.defer(() => links.close());
    const urls = options.disturbed === true ? links.urls : stage.urls;
    const process = new PlatformProcess(
      name,
      { ...DRILL_SETTINGS, ...options.settings, ...urls, ...settings },
      (text) => options.onOutput?.(name, text),
    );
    stage.defer(() => process.stop());
    return { process, links };
  };
  // The address stays when the gateway is started again.
  const gateway = await member('gateway', { PORT: String(port), SERVICES: GATEWAY_SERVICES });
  const inWorkers = (options.models ?? 'workers') === 'workers';
  const worked = NODE_NAMES.filter((name) => inWorkers || !MODEL_SERVICES.includes(name));
  const workers: Member[] = [];
  for (let number = 1; number <= (options.workers ?? 2); number += 1) {
    workers.push(await member(`worker ${number}`, { SERVICES: worked.join(',') }));
  }
  const models =
    options.models === 'apart' ? await member('models', { SERVICES: MODEL_SERVICES.join(',') }) : undefined;
  const all = [gateway, ...workers, ...(models === undefined ? [] : [models])];
  const [url] = await Promise.all(all.map((each) => each.process.start()));
  if (url === undefined) throw new Error('the gateway told no address');
  return { url, gateway, workers, models, all };
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer().once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => resolve(port));
    });
  });
}

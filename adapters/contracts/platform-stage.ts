import type { Broker } from '../../core/engine/ports.ts';
import type { Database } from '../postgres/database.ts';

/** The processes of one platform, all up. */
export interface RunningPlatform {
  readonly url: string;
  /** The gateway's own, to look at and to put messages into. */
  readonly broker: Broker;
  readonly database: Database;
  /** Keeps everything that the gateway's process publishes until the returned function is called. */
  readonly holdBack: () => () => void;
  readonly stop: () => Promise<void>;
}

/** A place where one platform can be started again and again on the same data. */
export interface PlatformGround {
  start(settings: Readonly<Record<string, string>>): Promise<RunningPlatform>;
  /** Puts bytes on a queue past every port of ours; absent where nothing outside the process reaches the broker. */
  readonly putText?: (queue: string, text: string) => Promise<void>;
}

export const ADMIN = { email: 'admin@example.com', password: 'correct horse battery' } as const;

/** No limit and no chance: only test tokens decide. */
export const PLATFORM_SETTINGS = {
  PORT: '0',
  LOG_LEVEL: 'silent',
  PAYMENT_FAILURE_RATE: '0',
  PAYMENT_LATENCY_MS: '20',
  CHECKOUT_LIMIT_PER_MINUTE: '0',
  RATE_LIMIT_PER_MINUTE: '0',
  // Tests share the machine: being late is no load that must be shed.
  OVERLOAD_DELAY_MS: '0',
  ADMIN_EMAIL: ADMIN.email,
  ADMIN_PASSWORD: ADMIN.password,
} as const;

/** Three days on the road take a quarter of a second. */
export const FAST_ROAD = { SHIPPING_TIME_SCALE: '1000000' } as const;
/** Real time: a parcel that is booked stays in the warehouse for hours. */
export const SLOW_ROAD = { SHIPPING_TIME_SCALE: '1' } as const;

/**
 * The platform as people see it over a test: it may be stopped and started, whoever talks to it asks for its address
 * anew each time.
 */
export class PlatformStage {
  readonly putText: PlatformGround['putText'];
  readonly #ground: PlatformGround;
  #running: RunningPlatform | undefined;

  constructor(ground: PlatformGround) {
    this.#ground = ground;
    this.putText = ground.putText;
  }

  /** What runs now; throws while nothing does. */
  get running(): RunningPlatform {
    if (this.#running === undefined) throw new Error('the platform is not running');
    return this.#running;
  }

  async start(settings: Readonly<Record<string, string>>): Promise<void> {
    this.#running = await this.#ground.start({ ...PLATFORM_SETTINGS, ...settings });
  }

  async stop(): Promise<void> {
    const running = this.#running;
    this.#running = undefined;
    await running?.stop();
  }
}

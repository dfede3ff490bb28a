/*
 * The demo: simulated shoppers who buy through the shop's own API, so that every screen has something to show. One demo at a
 * time among all processes; whoever runs it has its lease, and a process that ends takes its demo with it.
 */

export const ORDERS_PER_MINUTE = { min: 1, max: 600, usual: 30 } as const;

export interface DemoSettings {
  readonly ordersPerMinute: number;
  /** A small flash sale every few minutes. */
  readonly sales: boolean;
}

/** What shoppers of this demo have done. */
export interface DemoCounts {
  /** Orders that were accepted. */
  readonly placed: number;
  /** Checkouts that came to nothing: sold out, limited, or the platform was busy. */
  readonly refused: number;
}

export interface DemoRun extends DemoSettings, DemoCounts {
  readonly startedBy: string;
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  readonly stopping: boolean;
}

/** Marked data of all demos so far that was not removed. */
export interface DemoData {
  readonly accounts: number;
  readonly orders: number;
  readonly sales: number;
}

/** What one step of the removal did, and what is left for the next. */
export interface DemoRemoval {
  readonly removed: number;
  /** Orders that have ended and wait for the next step. */
  readonly left: number;
  /** Orders that can be removed once they have ended; those that still can be are cancelled. */
  readonly underWay: number;
  /** Nothing of any demo is left. */
  readonly done: boolean;
}

export interface Demo {
  status(): Promise<{ readonly running: DemoRun | null; readonly data: DemoData }>;
  /**
   * Starts a demo, or gives the one that runs, in whichever process, other settings. Rejects with `demo_needs_simulation` where
   * real money or real letters would move.
   */
  start(settings: DemoSettings, by: string): Promise<DemoRun>;
  /** Asks the demo to stop; it has within two seconds. Rejects with `no_demo`. */
  stop(): Promise<void>;
  /** Removes some hundred orders and what belongs to them. Rejects with `demo_running`. */
  removeSome(by: string): Promise<DemoRemoval>;
}

/** The one demo that may run, and the marks. */
export interface DemoStore {
  /** False: another one runs. */
  begin(owner: string, settings: DemoSettings, by: string, leaseMs: number): Promise<boolean>;
  /** False: none runs. */
  adjust(settings: DemoSettings): Promise<boolean>;
  /** False: none runs. */
  requestStop(): Promise<boolean>;
  /** Extends the lease and adds what was done; undefined: the demo is somebody else's, or over. */
  renew(owner: string, leaseMs: number, done: DemoCounts): Promise<DemoRun | undefined>;
  end(owner: string): Promise<void>;
  current(): Promise<DemoRun | undefined>;
  /** Marks an account that is about to be made, by its address. */
  markAccount(email: string): Promise<void>;
  data(): Promise<DemoData>;
}

/** Marks sales as planned by the demo. */
export const PLANNED_BY_DEMO = 'demo';

/** A domain that nobody can have a mailbox at (RFC 2606); who registers over HTTP is refused it. */
export const DEMO_MAIL_DOMAIN = 'demo.invalid';

export function isDemoMail(email: string): boolean {
  return email.toLowerCase().endsWith(`@${DEMO_MAIL_DOMAIN}`);
}

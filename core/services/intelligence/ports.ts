/** The models that serve: where trained ones are kept, who switches them, and how one comes to be trained. */

export const MODEL_NAMES = [
  'recommendations',
  'demand',
  'pricing',
  'fraud',
  'payments',
  'churn',
  'anomalies',
  'search',
] as const;
export type ModelName = (typeof MODEL_NAMES)[number];

/** A figure on rows that the model had not seen, beside the same figure of a simple way to do it. */
export interface ModelGrade {
  /** E.g. `NDCG@10`, `WAPE`. Shares are 0 to 1. */
  readonly metric: string;
  readonly higherIsBetter: boolean;
  readonly ours: number;
  /** Bounds of its 95 % interval, where there is one. */
  readonly low: number | null;
  readonly high: number | null;
  /** The simple way, e.g. `seasonal naive`. */
  readonly baseline: string | null;
  readonly baselineValue: number | null;
}

/** How each input of a model is spread: shares of the rows in its bins. By the input's name; plain data. */
export type InputProfile = Readonly<
  Record<string, { readonly edges: readonly number[]; readonly shares: readonly number[] }>
>;

/** What a training gives, ready to be weighed against the version that serves. */
export interface TrainedModel {
  /** Plain data that survives JSON; what serves is made from it. */
  readonly content: unknown;
  /** Rows that it saw. */
  readonly rows: number;
  /** The first one decides. */
  readonly grades: readonly ModelGrade[];
  /**
   * The deciding figure of the version that serves, on the same held-out rows; null where it had seen them, so that
   * nothing can be said.
   */
  readonly liveOnSameRows: number | null;
  readonly inputs: InputProfile;
}

export type ModelState = 'live' | 'replaced' | 'rejected';

/** One trained version, without its content. */
export interface ModelVersion {
  readonly name: ModelName;
  /** Counts from 1, rejected ones included. */
  readonly version: number;
  readonly state: ModelState;
  /** Why it was rejected, or why it went live. */
  readonly reason: string;
  /** ISO 8601 UTC. */
  readonly trainedAt: string;
  readonly tookMs: number;
  readonly rows: number;
  readonly grades: readonly ModelGrade[];
}

/** How far what comes in, or the error, has moved since the version that serves was trained. */
export interface ModelDrift {
  /** Population stability index of the inputs, or the error of late over the one it was graded with. */
  readonly measure: 'stability index' | 'error ratio';
  readonly value: number;
  /** ISO 8601 UTC. */
  readonly at: string;
}

/**
 * How the version that served did on what came after its training, beside its grade on held-out rows. Measured with each
 * training, by night that is.
 */
export interface ModelLately {
  /** The version that was measured; a newer one may serve by now. */
  readonly version: number;
  /** ISO 8601 UTC. */
  readonly at: string;
  /** As in its grades. */
  readonly metric: string;
  readonly higherIsBetter: boolean;
  /** Null, like its interval: too little has come to say. */
  readonly value: number | null;
  /** Bounds of its 95 % interval. */
  readonly low: number | null;
  readonly high: number | null;
  /** The same figure at hold-out; null: it was not graded by it. */
  readonly atTraining: number | null;
  /** How much came since and was counted, and how much is needed to say something. */
  readonly counted: number;
  readonly needed: number;
  readonly unit: 'days' | 'weeks' | 'orders' | 'payments';
  /** Its whole interval is worse than the grade. */
  readonly clearlyWorse: boolean;
}

/** A training that waits, runs or has ended. */
export interface ModelTraining {
  readonly askedAt: string;
  /** The admin who asked; null: the nightly one. */
  readonly askedBy: string | null;
  readonly startedAt: string | null;
  readonly endedAt: string | null;
  /** Why it ended without a version; null when it made one. */
  readonly problem: string | null;
}

/** What is known of one model. */
export interface ModelStatus {
  readonly name: ModelName;
  readonly enabled: boolean;
  readonly live: ModelVersion | null;
  /** The newest first, the one that serves among them. */
  readonly versions: readonly ModelVersion[];
  readonly drift: ModelDrift | null;
  /** Null: not measured yet, or nothing ever tells how right the model was. */
  readonly lately: ModelLately | null;
  readonly training: ModelTraining | null;
}

/** A model that may serve. */
export interface LiveModel {
  readonly version: number;
  readonly trainedAt: string;
  readonly grades: readonly ModelGrade[];
  readonly inputs: InputProfile;
  readonly content: unknown;
}

/** Owns trained versions, their switches, their drift and how they do; durable once a promise resolves. */
export interface ModelRegistry {
  /** What serves of each model, by name: version and switch. Cheap enough to be asked every few seconds. */
  serving(): Promise<ReadonlyMap<ModelName, { readonly version: number | null; readonly enabled: boolean }>>;
  /** The version that is live, its content included, whether or not the model is switched on. */
  live(name: ModelName): Promise<LiveModel | undefined>;
  /**
   * Keeps a trained version: live when it is better than the one that is (verdict.ts), else rejected with the reason and
   * without its content. Of two at once, the later is weighed against the earlier.
   */
  add(name: ModelName, trained: TrainedModel, tookMs: number): Promise<ModelVersion>;
  /** In the order of MODEL_NAMES, each with its ten newest versions. */
  status(): Promise<readonly ModelStatus[]>;
  /** Takes effect in every process within seconds. */
  switchTo(name: ModelName, enabled: boolean, by: string): Promise<void>;
  recordDrift(name: ModelName, drift: Omit<ModelDrift, 'at'>): Promise<void>;
  /** Takes the place of what was measured before; `carried` is plain data for the next measurement. */
  recordLately(name: ModelName, lately: Omit<ModelLately, 'at'>, carried: unknown): Promise<void>;
  /** What the last measurement left for the next; null: nothing. */
  carried(name: ModelName): Promise<unknown>;
}

/** Trainings that are wanted; whichever process has the lease does them one after the other. */
export interface TrainingQueue {
  /** Wanted once however often it is asked for; a training that runs is not asked for again. */
  ask(names: readonly ModelName[], by: string | null): Promise<void>;
  /** Whether any training waits, or began somewhere and has not ended; cheap. */
  waiting(): Promise<boolean>;
  /** Whether this process may train from now on; to be renewed before the lease ends. */
  lease(owner: string, leaseMs: number): Promise<boolean>;
  release(owner: string): Promise<void>;
  /** The one that waits longest, begun; also one that began and broke off. To be asked by whoever trains nothing now. */
  begin(owner: string): Promise<ModelName | undefined>;
  /** `problem` null: it made a version. */
  end(name: ModelName, problem: string | null): Promise<void>;
}

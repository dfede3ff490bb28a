import { errorMessage } from '../../kernel/errors.ts';
import type { Logger } from '../../kernel/logger.ts';
import type { LiveModel, ModelName, ModelRegistry } from './ports.ts';

/** A model that serves, made ready to answer from memory. */
export interface Served<Opened> extends Omit<LiveModel, 'content' | 'inputs'> {
  readonly opened: Opened;
}

/** What makes a model of its stored content. Throws when the content is not of this build. */
export type Openers = Readonly<Record<string, (content: never) => unknown>>;

/**
 * Owns: models in memory, each as the registry says: the live version, or none while it is switched off. A version that
 * can't be read leaves the one before in its place, and the store being away leaves all as they are.
 */
export class ServedModels<Opener extends Openers> {
  readonly #registry: Pick<ModelRegistry, 'serving' | 'live'>;
  readonly #openers: Opener;
  readonly #logger: Logger;
  readonly #served = new Map<string, Served<unknown>>();
  #off: ReadonlySet<string> = new Set();
  readonly #unreadable = new Map<string, number>();

  constructor(registry: Pick<ModelRegistry, 'serving' | 'live'>, openers: Opener, logger: Logger) {
    this.#registry = registry;
    this.#openers = openers;
    this.#logger = logger;
  }

  /** Undefined: switched off, never trained, or nothing was good enough. */
  get<Name extends keyof Opener & ModelName>(name: Name): Served<ReturnType<Opener[Name]>> | undefined {
    if (this.#off.has(name)) return undefined;
    return this.#served.get(name) as Served<ReturnType<Opener[Name]>> | undefined;
  }

  /** Whether any model is switched off, also one of which nothing is kept here. */
  isOff(name: ModelName): boolean {
    return this.#off.has(name);
  }

  /** Looks what is live and loads what is new; never rejects. */
  async refresh(): Promise<void> {
    try {
      const serving = await this.#registry.serving();
      this.#off = new Set([...serving].flatMap(([name, { enabled }]) => (enabled ? [] : [name])));
      for (const name of Object.keys(this.#openers) as ModelName[]) {
        const version = serving.get(name)?.version ?? null;
        if (version === null) this.#served.delete(name);
        else if (version !== this.#served.get(name)?.version && version !== this.#unreadable.get(name)) {
          await this.#load(name, version);
        }
      }
    } catch (error) {
      this.#logger.warn(
        { error: errorMessage(error) },
        'models could not be looked up; those in memory serve on',
      );
    }
  }

  async #load(name: ModelName, version: number): Promise<void> {
    const live = await this.#registry.live(name);
    const open = this.#openers[name];
    if (live === undefined || open === undefined) return;
    try {
      const { content, inputs: _inputs, ...known } = live;
      this.#served.set(name, { ...known, opened: open(content as never) });
      this.#unreadable.delete(name);
    } catch (error) {
      this.#unreadable.set(name, version);
      this.#logger.warn({ model: name, version, error: errorMessage(error) }, 'a model could not be opened');
    }
  }
}

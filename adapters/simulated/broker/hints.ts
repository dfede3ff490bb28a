import type { Json } from '../../../core/engine/behaviour.ts';
import type { BrokerClient } from './client.ts';
import type { Line } from './line.ts';
import type { Surroundings } from './surroundings.ts';

interface Listener {
  readonly client: BrokerClient;
  /** Over which it hears. */
  readonly line: Line;
  readonly hear: (payload: Json) => void;
}

/**
 * Owns: who listens to which topic. Hints only: who is not connected in the moment misses them.
 */
export class Hints {
  private readonly around: Surroundings;
  private readonly listeners = new Map<string, Set<Listener>>();

  constructor(around: Surroundings) {
    this.around = around;
  }

  listen(topic: string, listener: Listener): () => void {
    let listeners = this.listeners.get(topic);
    if (listeners === undefined) this.listeners.set(topic, (listeners = new Set()));
    listeners.add(listener);
    return () => {
      listeners.delete(listener);
    };
  }

  /** The process hears no more. */
  forget(client: BrokerClient): void {
    for (const listeners of this.listeners.values()) {
      for (const listener of listeners) if (listener.client === client) listeners.delete(listener);
    }
  }

  send(topic: string, payload: Json, travelMs: number): void {
    const listeners = this.listeners.get(topic);
    if (listeners === undefined || listeners.size === 0) return;
    this.around.timeline.after(travelMs, () => {
      for (const listener of listeners) {
        if (listener.line.connection?.broken !== false) continue;
        listener.client.deliver(() => {
          if (listeners.has(listener)) listener.hear(payload);
        });
      }
    });
  }
}

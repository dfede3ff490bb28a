import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { ServiceNode } from '../../core/engine/service-node.ts';

/** What the engine tells Prometheus, beside the gateway's own metrics. */
export interface EngineMetrics {
  readonly registry: Registry;
  committed(service: string, facts: { readonly messages: number; readonly commitMs: number }): void;
  buried(service: string, code: string): void;
  /** Gauges are read from the nodes whenever somebody scrapes. */
  watch(nodes: ReadonlyMap<string, ServiceNode>): void;
}

export function createEngineMetrics(): EngineMetrics {
  const registry = new Registry();
  const registers = [registry];
  const messages = new Counter({
    name: 'orrery_messages_handled_total',
    help: 'Messages whose effects were committed',
    labelNames: ['service'],
    registers,
  });
  const commits = new Histogram({
    name: 'orrery_commit_duration_seconds',
    help: 'Time a commit took',
    labelNames: ['service'],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1],
    registers,
  });
  const batches = new Histogram({
    name: 'orrery_batch_messages',
    help: 'Messages decided and committed together',
    labelNames: ['service'],
    buckets: [1, 2, 4, 8, 16, 32, 64, 128, 256, 512],
    registers,
  });
  const buried = new Counter({
    name: 'orrery_dead_letters_total',
    help: 'Messages that went to the dead letters',
    labelNames: ['service', 'code'],
    registers,
  });
  return {
    registry,
    committed(service, { messages: count, commitMs }) {
      messages.inc({ service }, count);
      batches.observe({ service }, count);
      commits.observe({ service }, commitMs / 1_000);
    },
    buried(service, code) {
      buried.inc({ service, code });
    },
    watch(nodes) {
      const gauge = (
        name: string,
        help: string,
        read: (facts: ReturnType<ServiceNode['facts']>) => number,
      ): void => {
        new Gauge({
          name,
          help,
          labelNames: ['service'],
          registers,
          collect() {
            for (const [service, node] of nodes) this.set({ service }, read(node.facts()));
          },
        });
      };
      gauge('orrery_partitions_owned', 'Partitions this process owns', ({ partitions }) => partitions.length);
      gauge(
        'orrery_partitions_left_to_newer_builds',
        'Partitions this process does not take, because a newer build wrote there',
        ({ leftToNewer }) => leftToNewer.length,
      );
      gauge('orrery_backlog_messages', 'Messages waiting in the whole service', ({ backlog }) => backlog);
      gauge(
        'orrery_outbox_unconfirmed',
        'Outbox rows the broker has not confirmed',
        ({ unconfirmed }) => unconfirmed,
      );
    },
  };
}

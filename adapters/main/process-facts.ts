import { monitorEventLoopDelay } from 'node:perf_hooks';
import { hostname } from 'node:os';
import type { ServiceNode } from '../../core/engine/service-node.ts';
import type { Broker } from '../../core/engine/ports.ts';
import type { Anomaly } from '../../core/services/observation/anomalies.ts';
import type { ProcessStatus } from '../../core/services/observation/ports.ts';
import type { ProcessWatch } from '../../core/services/observation/process-watch.ts';
import type { Database } from '../postgres/database.ts';
import { buildVersion } from './build-version.ts';

const LOOP_RESOLUTION_MS = 20;

export interface ProcessFacts {
  /** How this process is now; times of the event loop and the processor are since the last call. */
  read(): ProcessStatus;
  stop(): void;
}

/** What a process can say about itself. */
export function createProcessFacts(options: {
  readonly id: string;
  readonly services: readonly string[];
  readonly watch: ProcessWatch;
  readonly nodes: ReadonlyMap<string, ServiceNode>;
  readonly broker: Pick<Broker, 'connected'>;
  readonly database: Pick<Database, 'connections'>;
  /** Undefined: this process does not look for any. */
  readonly anomalies: (() => readonly Anomaly[]) | undefined;
}): ProcessFacts {
  const { id, services, watch, nodes, broker, database, anomalies } = options;
  const build = buildVersion();
  const startedAt = new Date().toISOString();
  const loop = monitorEventLoopDelay({ resolution: LOOP_RESOLUTION_MS });
  loop.enable();
  let cpu = process.cpuUsage();
  let readAt = performance.now();
  return {
    read() {
      const now = performance.now();
      const used = process.cpuUsage(cpu);
      const elapsedMs = Math.max(1, now - readAt);
      cpu = process.cpuUsage();
      readAt = now;
      const { rss, heapUsed } = process.memoryUsage();
      // The timer's own interval is part of what is measured.
      const lateMs = Math.max(0, loop.percentile(99) / 1e6 - LOOP_RESOLUTION_MS);
      loop.reset();
      const pool = database.connections?.();
      return {
        id,
        host: hostname(),
        pid: process.pid,
        build,
        services,
        startedAt,
        memoryBytes: rss,
        heapBytes: heapUsed,
        cpu: (used.user + used.system) / 1_000 / elapsedMs,
        loopDelayMs: lateMs,
        brokerConnected: broker.connected(),
        ...(pool === undefined ? {} : { pool }),
        nodes: [...nodes].map(([service, node]) => watch.node(service, node.facts())),
        routes: watch.routes(),
        statements: watch.statements(),
        ...(anomalies === undefined ? {} : { anomalies: anomalies() }),
      };
    },
    stop() {
      loop.disable();
    },
  };
}

import { errorMessage } from '../../../core/kernel/errors.ts';
import type { App } from '../app.ts';
import type { HealthProbe, ServerDeps } from '../deps.ts';

/** A probe that takes longer has failed. */
const PROBE_MS_MAX = 2_000;

export function healthRoutes(app: App, { probes, paused }: Pick<ServerDeps, 'probes' | 'paused'>): void {
  app.get('/api/health/live', { schema: { tags: ['health'] } }, () => ({ status: 'ok' }));

  app.get('/api/health/ready', { schema: { tags: ['health'] } }, async (_request, reply) => {
    const outcomes = await Promise.all(probes.map(probed));
    const checks = Object.fromEntries(outcomes.map(({ name, problem }) => [name, problem ?? 'ok']));
    const troubled = outcomes.filter(({ problem }) => problem !== undefined);
    const ready = troubled.every(({ needed }) => !needed);
    const status = troubled.length === 0 ? 'ok' : ready ? 'degraded' : 'unavailable';
    return reply
      .code(ready ? 200 : 503)
      .header('cache-control', 'no-store')
      .send({ status, checks, paused: await paused() });
  });
}

async function probed(probe: HealthProbe): Promise<{ name: string; needed: boolean; problem?: string }> {
  const { name, needed = true } = probe;
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`no answer within ${String(PROBE_MS_MAX)} ms`));
    }, PROBE_MS_MAX);
  });
  try {
    await Promise.race([probe.check(), tooLate]);
    return { name, needed };
  } catch (error) {
    return { name, needed, problem: errorMessage(error) };
  } finally {
    clearTimeout(timer);
  }
}

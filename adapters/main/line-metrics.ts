import { Counter, Gauge, type Registry } from 'prom-client';
import type { LineReport } from '../../core/services/gateway/line/ports.ts';

const FRESH_MS = 500;

/**
 * What a gateway tells Prometheus of the waiting lines of flash sales: of all lines together, since the id of a sale is no
 * label. The gauges are of the whole platform, so every gateway tells the same; turns are counted by whoever gave them.
 *
 * Returns what is to be called with the number of turns that this process gave.
 */
export function watchLines(
  registry: Registry,
  lines: { reports(): Promise<readonly LineReport[]> },
): (turns: number) => void {
  const registers = [registry];
  const given = new Counter({
    name: 'orrery_flash_sale_turns_total',
    help: 'Turns that this process gave to shoppers in the waiting lines of flash sales',
    registers,
  });
  let latest:
    | { readonly atMs: number; readonly reports: Promise<readonly LineReport[] | undefined> }
    | undefined;
  /** The gauges of one scrape come from one look. */
  const look = (): Promise<readonly LineReport[] | undefined> => {
    const atMs = performance.now();
    if (latest === undefined || atMs - latest.atMs > FRESH_MS) {
      // The database may be away: then nobody knows, and the other numbers are told all the same.
      latest = { atMs, reports: lines.reports().catch(() => undefined) };
    }
    return latest.reports;
  };
  const gauge = (name: string, help: string, read: (reports: readonly LineReport[]) => number): void => {
    new Gauge({
      name,
      help,
      registers,
      async collect() {
        const reports = await look();
        if (reports === undefined) this.remove();
        else this.set(read(reports));
      },
    });
  };
  gauge(
    'orrery_flash_sale_waiting',
    'Shoppers without a turn in the lines of flash sales that run',
    (reports) => reports.reduce((sum, { waiting }) => sum + waiting, 0),
  );
  gauge(
    'orrery_flash_sale_head_age_seconds',
    'How long the shopper at the head of a line has waited, of the line where that is longest; 0: nobody waits',
    (reports) => Math.max(0, ...reports.map(({ headAgeMs }) => headAgeMs ?? 0)) / 1_000,
  );
  gauge(
    'orrery_flash_sale_still_seconds',
    'How long somebody has waited without any turn being given, of the line where that is longest',
    (reports) => Math.max(0, ...reports.map(({ stillMs }) => stillMs)) / 1_000,
  );
  gauge('orrery_flash_sale_open_turns', 'Turns that can be used now', (reports) =>
    reports.reduce((sum, { openTurns }) => sum + openTurns, 0),
  );
  return (turns) => {
    given.inc(turns);
  };
}

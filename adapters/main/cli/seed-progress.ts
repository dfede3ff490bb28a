/** A line every so many milliseconds; a load of ten million orders writes some two hundred. */
const TOLD_EVERY_MS = 5_000;

export interface SeedProgress {
  readonly begin: (what: string) => void;
  /** Orders there are now. */
  readonly orders: (there: number) => void;
  readonly end: () => void;
}

/** Tells how a load gets on: how far, how fast, and when it will be there at this rate. */
export function createSeedProgress(
  total: number,
  print: (line: string) => void,
  now: () => number = () => performance.now(),
): SeedProgress {
  const startedMs = now();
  let toldMs = -Infinity;
  let first: { readonly atMs: number; readonly there: number } | undefined;
  const clock = (): string => seconds(now() - startedMs).padStart(7);
  return {
    begin: (what) => {
      print(`${clock()}  ${what}`);
    },
    orders: (there) => {
      first ??= { atMs: now(), there };
      if (now() - toldMs < TOLD_EVERY_MS && there < total) return;
      toldMs = now();
      const rate = ((there - first.there) * 1_000) / Math.max(1, now() - first.atMs);
      const left = rate === 0 ? '' : `, ${seconds(((total - there) * 1_000) / rate)} left`;
      const share = `${((100 * there) / total).toFixed(1)} %`;
      print(
        `${clock()}  ${there.toLocaleString('en-US')} orders, ${share}, ${Math.round(rate).toLocaleString('en-US')} a second${left}`,
      );
    },
    end: () => {
      print(`${clock()}  done`);
    },
  };
}

/** `12:05` of milliseconds. */
function seconds(ms: number): string {
  const whole = Math.round(ms / 1_000);
  return `${String(Math.floor(whole / 60))}:${String(whole % 60).padStart(2, '0')}`;
}

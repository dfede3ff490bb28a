/** How measured values are written: short, in the unit that fits. */

/** `0.4 ms`, `12 ms`, `1.3 s`; nothing measured is a dash. */
export function millis(ms: number | null): string {
  if (ms === null) return '–';
  if (ms >= 1_000) return `${(ms / 1_000).toFixed(ms >= 10_000 ? 0 : 1)} s`;
  return `${ms >= 10 || ms === 0 ? ms.toFixed(0) : ms.toFixed(1)} ms`;
}

/** `0`, `0.2`, `14`, `1,200`. */
export function rate(perSecond: number): string {
  if (perSecond === 0) return '0';
  return perSecond >= 10
    ? Math.round(perSecond).toLocaleString('en')
    : perSecond.toLocaleString('en', { maximumFractionDigits: perSecond < 1 ? 2 : 1 });
}

export function whole(count: number): string {
  return Math.round(count).toLocaleString('en');
}

export function percent(share: number): string {
  if (share === 0) return '0 %';
  return `${(share * 100).toFixed(share < 0.1 ? 1 : 0)} %`;
}

const UNITS = ['B', 'kB', 'MB', 'GB', 'TB'] as const;

export function bytes(count: number): string {
  let value = count;
  let unit = 0;
  while (value >= 1_000 && unit < UNITS.length - 1) {
    value /= 1_000;
    unit += 1;
  }
  return `${value >= 100 || unit === 0 ? value.toFixed(0) : value.toFixed(1)} ${UNITS[unit] ?? ''}`;
}

/** `40 s`, `12 min`, `5 h`, `3 days`. */
export function uptime(sinceIso: string, now: number): string {
  const seconds = Math.max(0, (now - Date.parse(sinceIso)) / 1_000);
  if (seconds < 90) return `${seconds.toFixed(0)} s`;
  if (seconds < 5_400) return `${(seconds / 60).toFixed(0)} min`;
  if (seconds < 172_800) return `${(seconds / 3_600).toFixed(0)} h`;
  return `${(seconds / 86_400).toFixed(0)} days`;
}

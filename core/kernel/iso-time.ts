/** A time in milliseconds as ISO 8601 in UTC. What is decided together has one time, so the latest text is kept. */
export function isoTime(ms: number): string {
  if (ms !== latest.ms) latest = { ms, text: new Date(ms).toISOString() };
  return latest.text;
}

let latest = { ms: 0, text: new Date(0).toISOString() };

/** The order in which people read an envelope; the store keeps none. */
const ENVELOPE = [
  'id',
  'type',
  'subject',
  'to',
  'correlationId',
  'causationId',
  'time',
  'version',
  'traceparent',
  'data',
];

/** A message as JSON to read and to change. */
export function messageText(message: unknown): string {
  if (typeof message !== 'object' || message === null || Array.isArray(message)) {
    return JSON.stringify(message, null, 2);
  }
  const given = message as Readonly<Record<string, unknown>>;
  const names = [...ENVELOPE.filter((name) => name in given), ...Object.keys(given)];
  return JSON.stringify(Object.fromEntries(names.map((name) => [name, given[name]])), null, 2);
}

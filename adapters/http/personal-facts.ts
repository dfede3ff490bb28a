/** Facts that say who somebody is, where they live or what they pay with, wherever they stand in a message or in what a saga knows. */
const PERSONAL: ReadonlySet<string> = new Set([
  'email',
  'customerName',
  'shippingAddress',
  'address',
  'recipient',
  'token',
]);
const HIDDEN = '(hidden)';

/** The same with such facts hidden, for operators, who need none of them. */
export function withoutPeople(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutPeople);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [
      key,
      PERSONAL.has(key) && each !== null ? HIDDEN : withoutPeople(each),
    ]),
  );
}

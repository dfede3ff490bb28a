/** `12.50` as cents; undefined for anything that is no amount. */
export function centsOf(text: string): number | undefined {
  const match = /^(\d{1,6})(?:[.,](\d{1,2}))?$/.exec(text.trim());
  if (match === null) return undefined;
  return Number(match[1]) * 100 + Number((match[2] ?? '').padEnd(2, '0'));
}

export function amountOf(cents: number): string {
  return (cents / 100).toFixed(2);
}

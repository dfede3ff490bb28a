/** A figure with three digits that count. */
export function shortFigure(value: number): string {
  return value.toLocaleString('en', { maximumSignificantDigits: 3 });
}

/** A share as percent. */
export function percent(share: number): string {
  return share.toLocaleString('en', { style: 'percent', maximumFractionDigits: 1 });
}

/** Units, whole from ten on. */
export function units(value: number): string {
  return value.toLocaleString('en', { maximumFractionDigits: value < 10 ? 1 : 0 });
}

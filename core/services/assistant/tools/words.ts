import { DEFAULT_CURRENCY } from '../../../kernel/money.ts';

/** Figures as answers write them. */

export function money(cents: number, currency: string = DEFAULT_CURRENCY): string {
  return (cents / 100).toLocaleString('en-US', { style: 'currency', currency });
}

export function count(value: number): string {
  return value.toLocaleString('en-US');
}

/** `1 order`, `2 orders`. */
export function counted(value: number, one: string, many = `${one}s`): string {
  return `${count(value)} ${value === 1 ? one : many}`;
}

/** `+12 %`, `-3 %`; undefined before nothing. */
export function change(now: number, before: number): string | undefined {
  if (before === 0) return undefined;
  const percent = Math.round(((now - before) / before) * 100);
  return `${percent > 0 ? '+' : ''}${String(percent)} %`;
}

/** `2026-03-18 15:30`, UTC. */
export function moment(iso: string): string {
  return iso.slice(0, 16).replace('T', ' ');
}

export function status(name: string): string {
  return name.replaceAll('_', ' ');
}

/** Codes of reasons in words; what a person wrote stays as it is. */
export function reason(code: string): string {
  return /^[a-z][a-z0-9_]*$/.test(code) ? code.replaceAll('_', ' ') : code;
}

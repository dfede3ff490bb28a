import { ORDER_STATUSES, type OrderStatus } from '../../messages/status.ts';
import { countOf, findPeriod } from './periods.ts';

/** What a question names, and the words that are left of it. */
export interface Entities {
  readonly orderId?: string;
  readonly sku?: string;
  readonly email?: string;
  /** What stood between quotation marks. */
  readonly quoted?: string;
  readonly period?: string;
  readonly status?: OrderStatus;
  readonly service?: string;
  /** In units of the currency. */
  readonly moreThan?: number;
  readonly lessThan?: number;
  readonly number?: number;
  /** Lower case, single spaces, no marks. */
  readonly words: string;
}

export const PAUSABLE_SERVICES = ['orders', 'inventory', 'payments', 'shipping', 'notifications'] as const;

const UUID = /\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/i;
const SEEDED = /\bseed-\d+\b/i;
const EMAIL = /[\w.+-]+@[\w-]+(?:\.[\w-]+)+/;
const SKU = /\b[a-z]{2,8}-\d{1,6}\b/i;
const QUOTED = /["“„]([^"“”„]{2,80})["”“]/;
const AMOUNT = '(?:usd |eur )?[$€]?\\s?(\\d[\\d,]*(?:\\.\\d+)?)\\s?(?:dollars?|usd|euros?|eur)?';
const MORE_THAN = new RegExp(
  `\\b(?:above|over|at least|exceeding|(?:more|larger|bigger|greater|higher) than)\\s+${AMOUNT}`,
);
const LESS_THAN = new RegExp(`\\b(?:below|under|at most|(?:less|smaller|lower|cheaper) than)\\s+${AMOUNT}`);
const NUMBER = /\b(\d{1,7})\b/;
/** Said of what orders do, and of statuses; which of the two, the rest of the question tells. */
const STATUS_WORDS: Readonly<Record<string, OrderStatus>> = { canceled: 'cancelled', undelivered: 'shipped' };

export function readEntities(question: string): Entities {
  let text = question.trim().replace(/\s+/g, ' ').replace(/[’‘]/g, "'");
  const found: { -readonly [Key in keyof Entities]?: Entities[Key] } = {};
  const take = (pattern: RegExp): string | undefined => {
    const match = pattern.exec(text);
    if (match === null) return undefined;
    text = `${text.slice(0, match.index)} ${text.slice(match.index + match[0].length)}`;
    return match[1] ?? match[0];
  };
  const quoted = take(QUOTED);
  if (quoted !== undefined) found.quoted = quoted.trim();
  const email = take(EMAIL);
  if (email !== undefined) found.email = email;
  const orderId = take(UUID) ?? take(SEEDED);
  if (orderId !== undefined) found.orderId = orderId.toLowerCase();
  const sku = take(SKU);
  if (sku !== undefined) found.sku = sku.toUpperCase();
  text = text.toLowerCase();
  const { name: period, rest } = findPeriod(text);
  text = rest;
  if (period !== undefined) found.period = period;
  const more = amountOf(take(MORE_THAN));
  if (more !== undefined) found.moreThan = more;
  const less = amountOf(take(LESS_THAN));
  if (less !== undefined) found.lessThan = less;
  const digits = take(NUMBER);
  const words = text
    .replace(/'s\b/g, ' ')
    .replace(/[^\p{L}\p{N}' -]/gu, ' ')
    .replace(/(?<!\p{L})-|-(?!\p{L})/gu, ' ')
    .replace(/\s+/g, ' ')
    .trim();
  const tokens = words.split(' ');
  const number =
    digits === undefined ? tokens.map(countOf).find((count) => count !== undefined) : Number(digits);
  if (number !== undefined) found.number = number;
  const status = statusIn(words, tokens);
  if (status !== undefined) found.status = status;
  const service = PAUSABLE_SERVICES.find(
    (name) => tokens.includes(name) || tokens.includes(name.replace(/s$/, '')),
  );
  if (service !== undefined) found.service = service;
  return { ...found, words };
}

function amountOf(text: string | undefined): number | undefined {
  return text === undefined ? undefined : Number(text.replaceAll(',', ''));
}

function statusIn(words: string, tokens: readonly string[]): OrderStatus | undefined {
  for (const status of ORDER_STATUSES) if (words.includes(status.replace('_', ' '))) return status;
  return tokens.map((token) => STATUS_WORDS[token]).find((status) => status !== undefined);
}

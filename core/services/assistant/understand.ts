import { type Entities, readEntities } from './entities.ts';
import type { Turn } from './ports.ts';

/**
 * Reads a question without any language model: names, numbers and times first, then which tool the remaining words are
 * about. Each tool has words that speak for it and words that speak against it; below a sum of `CERTAIN` nothing is guessed.
 */

export interface Call {
  readonly tool: string;
  readonly arguments: Readonly<Record<string, unknown>>;
}

const CERTAIN = 2;
const PRODUCTS_PERIOD = 'last 7 days';
const CUSTOMERS_PERIOD = 'last 30 days';
const LIMIT_MAX = 50;

const CONCEPTS = {
  order: /\b(orders?|ordered|purchases?|checkouts?)\b/,
  sale: /\b(sales?|revenues?|turnover|earn(ed|ings?|s)?|income|takings|sell(ing|s)?|sold|money|how (did|are|do) we do(ing)?)\b/,
  cancel: /\b(cancel(s|led|ed|ling|lations?|ations?)?)\b/,
  reason: /\b(why|reasons?|causes?|behind|explain|because)\b/,
  top: /\b(top|best|most|biggest|highest|popular)\b/,
  seller:
    /\b(best[- ]?sell(ers?|ing)|top[- ]?sell(ers?|ing)|sells? (best|most)|most (sold|bought|popular))\b/,
  product: /\b(products?|items?|articles?|skus?|goods)\b/,
  low: /\b(low|scarce|reorder(ed)?|almost (gone|out)|running (low|out|short)|short of)\b/,
  out: /\b(out of stock|sold[- ]out|nothing left|none left|unavailable|empty shelves)\b/,
  stock:
    /\b(stocks?|inventory|left|units?|available|availability|in the warehouses?|do we have|have we got)\b/,
  price: /\b(prices?|priced|costs?|expensive)\b/,
  health:
    /\b(health|healthy|problems?|issues?|broken|wrong|alerts?|outages?|everything (ok|okay|fine|alright|all right)|errors?|working|running well)\b/,
  deadLetter: /\b(dead[- ]?letters?|poison messages?)\b/,
  review: /\b(fraud|fraudulent|reviews?|suspicious|flagged|suspected)\b/,
  customer: /\b(customers?|shoppers?|buyers?|clients?|people|persons?|accounts?|users?)\b/,
  flashSale: /\bflash[- ]?sales?\b/,
  paused: /\b(paused|pauses|at rest|resting)\b/,
  list: /\b(show|list|which|find|give me|display)\b/,
  overview:
    /\b(overview|summary|by status|state of (our|the) orders|dashboard|open|how are (the|our) orders)\b/,
  compare:
    /\b(compar(e|ed|ison)|versus|vs|than (usual|normal|before|last|yesterday)|rise|rose|risen|increas(e|ed|ing)|grow(n|th)?|drop(ped)?|fell|fall(en)?|declin(e|ed|ing)|so many|so few|up or down|a week ago|up|down)\b/,
  byHour: /\b(by hour|per hour|hourly|each hour|every hour|hour by hour)\b/,
  byDay: /\b(by day|per day|daily|each day|every day|day by day)\b/,
  size: /\b(biggest|largest|most expensive|highest (value|total|amount))\b/,
  spend: /\b(spend(s|ing)?|spent|loyal)\b/,
  who: /\b(who|look up|find)\b/,
  happened: /\b(what happened|status|where|story|why|going on|tell me|show|track|has|was|is)\b/,
  cancelRate: /\b(rate|share|percentage)\b/,
} as const;

type Concept = keyof typeof CONCEPTS;

interface Reading extends Entities {
  readonly has: (concept: Concept) => boolean;
  /** What is left once the words that questions are made of are gone: a name, perhaps. */
  readonly name: string;
}

interface Intent {
  readonly tool: string;
  readonly score: (reading: Reading) => number;
  readonly arguments?: (reading: Reading) => Readonly<Record<string, unknown>>;
}

/** Sums the weights of the concepts that are there. */
function weighed(reading: Reading, weights: Partial<Record<Concept, number>>): number {
  return Object.entries(weights).reduce(
    (sum, [concept, weight]) => sum + (reading.has(concept as Concept) ? weight : 0),
    0,
  );
}

const IMPOSSIBLE = -100;

const INTENTS: readonly Intent[] = [
  {
    tool: 'order',
    score: (r) => (r.orderId === undefined ? IMPOSSIBLE : 3),
    arguments: ({ orderId }) => ({ order_id: orderId }),
  },
  {
    tool: 'orders_now',
    score: (r) =>
      r.period === undefined && r.email === undefined && r.moreThan === undefined
        ? weighed(r, { order: 1, overview: 2, cancel: -2, review: -2, size: -2 })
        : IMPOSSIBLE,
  },
  {
    tool: 'sales',
    score: (r) =>
      weighed(r, {
        sale: 3,
        order: 1,
        compare: 0.5,
        byHour: 1,
        byDay: 1,
        flashSale: -4,
        out: -4,
        seller: -3,
        top: -1,
      }) +
      weighed(r, { cancel: -3, customer: -1, review: -2, stock: -1, size: -2, product: -1 }) +
      (r.period === undefined ? 0 : 1) +
      (r.email === undefined && r.status === undefined ? 0 : -3) +
      (r.moreThan === undefined && r.sku === undefined ? 0 : -3),
    arguments: (r) => ({
      period: r.period ?? 'today',
      ...(r.has('byHour') ? { by: 'hour' } : r.has('byDay') ? { by: 'day' } : {}),
      ...(r.has('compare') ? { compare: true } : {}),
    }),
  },
  {
    tool: 'top_products',
    score: (r) =>
      weighed(r, { seller: 4, top: 1.5, product: 1, order: -1, customer: -2, size: -1, out: -3 }) +
      (r.has('top') && r.has('product') ? 1 : 0),
    arguments: (r) => ({ period: r.period ?? PRODUCTS_PERIOD, ...limitOf(r) }),
  },
  {
    tool: 'top_customers',
    score: (r) =>
      r.has('customer') ? weighed(r, { top: 2, spend: 2, size: 1, customer: 1, product: -2 }) : IMPOSSIBLE,
    arguments: (r) => ({ period: r.period ?? CUSTOMERS_PERIOD, ...limitOf(r) }),
  },
  {
    tool: 'cancellations',
    score: (r) =>
      r.orderId === undefined ? weighed(r, { cancel: 3, reason: 1, order: 0.5, cancelRate: 1 }) : IMPOSSIBLE,
    arguments: (r) => ({ period: r.period ?? 'today', ...(r.has('compare') ? { compare: true } : {}) }),
  },
  {
    tool: 'stock_levels',
    score: (r) =>
      r.sku === undefined
        ? weighed(r, { low: 2.5, out: 4, stock: 0.5, product: 0.5, order: -1 })
        : IMPOSSIBLE,
    arguments: (r) => ({ level: r.has('out') ? 'out' : 'low', ...limitOf(r) }),
  },
  {
    tool: 'stock_of',
    score: (r) =>
      named(r) === undefined
        ? IMPOSSIBLE
        : weighed(r, { stock: 2.5, out: 1.5, low: 1, price: -3, order: -1, sale: -1 }) +
          (r.sku === undefined ? 0 : 2),
    arguments: (r) => ({ what: named(r) }),
  },
  {
    tool: 'product',
    score: (r) => (named(r) === undefined ? IMPOSSIBLE : weighed(r, { price: 5, order: -4 })),
    arguments: (r) => ({ what: named(r) }),
  },
  {
    tool: 'health',
    score: (r) => weighed(r, { health: 2.5, order: -0.5, stock: -1, deadLetter: -2 }),
  },
  { tool: 'dead_letters', score: (r) => weighed(r, { deadLetter: 5 }) },
  { tool: 'review_queue', score: (r) => weighed(r, { review: 3.5, order: 0.5 }) },
  {
    tool: 'customers',
    score: (r) =>
      r.email !== undefined
        ? weighed(r, { customer: 2, who: 2, order: -2, sale: -2 }) + 2
        : (r.quoted ?? r.name) === ''
          ? IMPOSSIBLE
          : weighed(r, { customer: 2, who: 0.5, top: -3, spend: -3, order: -1, product: -2 }),
    arguments: (r) => ({ words: r.email ?? r.quoted ?? r.name }),
  },
  { tool: 'flash_sales', score: (r) => weighed(r, { flashSale: 6 }) },
  { tool: 'pauses', score: (r) => weighed(r, { paused: 4 }) },
  {
    tool: 'list_orders',
    score: (r) =>
      weighed(r, { order: 1, list: 1, size: 2, sale: -1, cancel: -1, top: -0.5, overview: -1, review: -3 }) +
      (r.status === undefined ? 0 : 2) +
      (r.email === undefined ? 0 : r.has('order') ? 3.5 : 0) +
      (r.moreThan === undefined && r.lessThan === undefined ? 0 : 2) +
      (r.has('order') ? 0 : -2),
    arguments: (r) => ({
      ...(r.status === undefined ? {} : { status: r.status }),
      ...(r.period === undefined ? {} : { period: r.period }),
      ...(r.email === undefined ? {} : { customer: r.email }),
      ...(r.sku === undefined ? {} : { product: r.sku }),
      ...(r.moreThan === undefined ? {} : { min_total: r.moreThan }),
      ...(r.lessThan === undefined ? {} : { max_total: r.lessThan }),
      ...(r.has('size') || /\bhighest\b/.test(r.words) ? { sort: 'largest' } : {}),
      ...limitOf(r),
    }),
  },
];

/** Words of which questions are made; what is left may be a name. */
const STOPWORDS = new Set(
  (
    'a about all an and any anything are as at be been being by can could current currently did do does enough for from ' +
    'get give go got had has have how i in is it its know last level levels many may me more moment much my need now of off ' +
    'on or our out over please quantity remaining right see should show so some soon still tell than that the their there these ' +
    'they this those time to us was we were what when where which who whose will with would you your pieces piece display find ' +
    'list look up named called word stand count number'
  ).split(' '),
);

function read(question: string): Reading {
  const entities = readEntities(question);
  const name = entities.words
    .replace(CONCEPTS.stock, ' ')
    .split(' ')
    .filter((word) => word !== '' && !STOPWORDS.has(word) && !spokenFor(word))
    .join(' ');
  return { ...entities, has: (concept) => CONCEPTS[concept].test(entities.words), name };
}

function spokenFor(word: string): boolean {
  return [
    CONCEPTS.stock,
    CONCEPTS.price,
    CONCEPTS.product,
    CONCEPTS.low,
    CONCEPTS.customer,
    CONCEPTS.top,
  ].some((concept) => new RegExp(`^(?:${concept.source})$`).test(word));
}

function named({ sku, quoted, name }: Reading): string | undefined {
  return sku ?? quoted ?? (name === '' ? undefined : name);
}

function limitOf({ number }: Reading): { readonly limit?: number } {
  return number !== undefined && number >= 1 && number <= LIMIT_MAX ? { limit: number } : {};
}

/** A wish is refused its meaning by these: nobody is asked to confirm what was not wished for. */
const NO_WISH = /\b(why|was|were|did|has|have|had|don't|do not|not|never|how many|who|when|should|without)\b/;
const UNITS = /\b(units?|pieces?|to the stock|restock|stock)\b/;

/** What the words ask to be done; undefined: nothing. Only whoever asks is heard here, never what was read. */
export function wishIn(question: string): Call | undefined {
  const { words, orderId, sku, service, number } = readEntities(question);
  if (NO_WISH.test(words)) return undefined;
  if (orderId !== undefined) {
    if (/\bcancel\b/.test(words)) return { tool: 'cancel_order', arguments: { order_id: orderId } };
    const decision = /\bapprove\b/.test(words) ? 'approve' : /\breject\b/.test(words) ? 'reject' : undefined;
    if (decision !== undefined) return { tool: 'review_order', arguments: { order_id: orderId, decision } };
  }
  if (
    sku !== undefined &&
    number !== undefined &&
    /\b(restock|add|refill|replenish)\b/.test(words) &&
    UNITS.test(words)
  )
    return { tool: 'restock', arguments: { sku, units: number } };
  if (service === undefined) return undefined;
  if (/\b(resume|unpause|continue|restart|go on with)\b/.test(words))
    return { tool: 'resume_service', arguments: { service } };
  if (/\b(pause|stop|halt|suspend|(put|on) .*hold)\b/.test(words))
    return { tool: 'pause_service', arguments: { service } };
  return undefined;
}

const FOLLOW_UP = /^(and|what about|how about|same for|now|then|or)\b/;

/**
 * What a question asks for; undefined: not understood. One that only changes the time of the one before (`and yesterday?`)
 * means that one again.
 */
export function understand(question: string, conversation: readonly Turn[] = []): Call | undefined {
  const wish = wishIn(question);
  if (wish !== undefined) return wish;
  const reading = read(question);
  const [best] = INTENTS.map((intent) => ({ intent, score: intent.score(reading) })).sort(
    (one, other) => other.score - one.score,
  );
  if (best !== undefined && best.score >= CERTAIN)
    return { tool: best.intent.tool, arguments: best.intent.arguments?.(reading) ?? {} };
  const before = conversation.findLast(({ role }) => role === 'user')?.text;
  if (before === undefined || reading.period === undefined) return undefined;
  if (!FOLLOW_UP.test(reading.words) && reading.name !== '') return undefined;
  const call = understand(before);
  return call !== undefined && 'period' in call.arguments
    ? { ...call, arguments: { ...call.arguments, period: reading.period } }
    : undefined;
}

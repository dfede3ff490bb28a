/** What the address of the console says, and what it means to the API. */
import { dayRange, momentsOf, priceRange } from '../../components/ranges.ts';
import { isStatus } from '../../components/status-filter.tsx';

export type ConsoleQuery = {
  readonly queue?: string;
  readonly q?: string;
  readonly status?: string;
  readonly from?: string;
  readonly to?: string;
  readonly min?: string;
  readonly max?: string;
  readonly customer?: string;
  readonly product?: string;
  readonly sort?: string;
  /** The order that is open beside the list. */
  readonly order?: string;
};

export const QUEUES = ['all', 'pending', 'in_review', 'failed_payment'] as const;
export type Queue = (typeof QUEUES)[number];
export type Sort = 'created_at' | '-created_at' | 'total' | '-total';
const SORTS: readonly Sort[] = ['created_at', '-created_at', 'total', '-total'];

export const NO_FILTERS = {
  q: undefined,
  status: undefined,
  from: undefined,
  to: undefined,
  min: undefined,
  max: undefined,
  customer: undefined,
  product: undefined,
};

export function queueIn({ queue }: ConsoleQuery): Queue {
  return QUEUES.find((one) => one === queue) ?? 'all';
}

export function sortIn({ sort }: ConsoleQuery): Sort {
  return SORTS.find((one) => one === sort) ?? '-created_at';
}

type Parameters = Readonly<Record<string, string | number | undefined>>;

/** Which orders; what makes no sense in the address counts as absent. */
export function filterIn(query: ConsoleQuery): Parameters {
  const { from, to } = momentsOf(dayRange(query.from, query.to));
  const price = priceRange(query.min, query.max);
  const queue = queueIn(query);
  return {
    queue: queue === 'all' ? undefined : queue,
    q: words(query.q),
    status: isStatus(query.status) ? query.status : undefined,
    date_from: from,
    date_to: to,
    price_min: price.from,
    price_max: price.to,
    customer: words(query.customer),
    product: words(query.product),
  };
}

/** The same without what is absent, for a body. */
export function filterBody(query: ConsoleQuery): Readonly<Record<string, string | number>> {
  const given = Object.entries(filterIn(query)).filter(([, value]) => value !== undefined && value !== '');
  return Object.fromEntries(given) as Record<string, string | number>;
}

export function isNarrowed(query: ConsoleQuery): boolean {
  return Object.keys(filterBody({ ...query, queue: 'all' })).length > 0;
}

function words(text: string | undefined): string | undefined {
  const trimmed = text?.trim().slice(0, 100);
  return trimmed === '' ? undefined : trimmed;
}

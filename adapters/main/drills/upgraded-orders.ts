import type { Broker } from '../../../core/engine/ports.ts';
import type { Database } from '../../postgres/database.ts';
import { QUEUE_SERVICES } from '../topology.ts';
import { checkBooks } from './books.ts';
import { pause, type Verdicts } from './run.ts';
import { unrestOf } from './rest.ts';

/**
 * Owns: what becomes of orders that an older definition left in flight: an operator who does what they wait for, and
 * the account of where each of them went.
 */
export interface LeftOrder {
  readonly id: string;
  readonly name: string;
  /** State of the saga when the older build stopped. */
  readonly state: string;
  readonly finished: boolean;
}

export const OPERATOR = { email: 'operator@example.com', password: 'drills of upgrades' } as const;

export function leftOrders(database: Database): Promise<readonly LeftOrder[]> {
  return database.query<LeftOrder>(
    `select o.id, o.customer_name as name, o.saga_state as state, a.finished
     from orders.orders o join orders.actor a on a.kind = 'order' and a.id = o.id order by o.saga_state, o.id`,
  );
}

/**
 * Signs in as the operator and decides every review (each third one against the shopper) and cancels every failed
 * order that nothing else can help, until all orders have come to their end. Resolves with whether they have.
 */
export async function operate(
  database: Database,
  url: string,
  { limitMs, lookMs }: { readonly limitMs: number; readonly lookMs: number },
): Promise<boolean> {
  const { token } = (await send('POST', `${url}/api/auth/login`, '', OPERATOR)) as { token: string };
  const helped = new Set<string>();
  for (const deadline = performance.now() + limitMs; performance.now() < deadline;) {
    const { open, sending } = await unrestOf(database);
    if (open === 0 && sending === 0) return true;
    for (const { id, state } of await waitingForOperator(database)) {
      if (helped.has(`${id} ${state}`)) continue;
      helped.add(`${id} ${state}`);
      const decision = helped.size % 3 === 0 ? 'reject' : 'approve';
      if (state === 'failed') await send('PUT', `${url}/api/orders/${id}/cancel`, token, {});
      else await send('POST', `${url}/api/admin/orders/${id}/review`, token, { decision, reason: 'a drill' });
    }
    await pause(lookMs);
  }
  return false;
}

function waitingForOperator(
  database: Database,
): Promise<readonly { readonly id: string; readonly state: string }[]> {
  return database.query(
    `select o.id, o.saga_state as state from orders.orders o
     join orders.actor a on a.kind = 'order' and a.id = o.id
     where o.saga_state = 'review.deciding' or (o.saga_state = 'failed' and json_array_length(a.waiting) = 0)`,
  );
}

/** Times that a refusal for lack of time (503 with Retry-After) is answered by asking again. */
const RETRIES_MAX = 20;

async function send(
  method: string,
  url: string,
  token: string,
  body: object,
  retriesLeft = RETRIES_MAX,
): Promise<unknown> {
  const answer = await fetch(url, {
    method,
    headers: {
      'content-type': 'application/json',
      ...(token === '' ? {} : { authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(10_000),
  });
  const said = await answer.text();
  const retryAfter = answer.headers.get('retry-after');
  if (answer.status === 503 && retryAfter !== null && retriesLeft > 0) {
    await pause(Number(retryAfter) * 1_000);
    return send(method, url, token, body, retriesLeft - 1);
  }
  if (!answer.ok) throw new Error(`${method} ${url}: ${answer.status} ${said}`);
  return JSON.parse(said);
}

/** What became of the orders that were left in one state. */
export interface Account {
  readonly state: string;
  readonly orders: number;
  /** At their end already, and not touched. */
  readonly over: number;
  readonly migrated: number;
  /** On their old definition still, though nothing but a build that can migrate them helps them on. */
  readonly kept: number;
  readonly delivered: number;
  readonly cancelled: number;
}

/** Checks each order's fate and the books of all services; resolves with the account by state. */
export async function checkUpgrade(
  { database, broker }: { readonly database: Database; readonly broker: Pick<Broker, 'deadLetters'> },
  left: readonly LeftOrder[],
  definition: number,
  verdicts: Verdicts,
): Promise<readonly Account[]> {
  const now = new Map(
    (
      await database.query<{ id: string; definition: number; status: string }>(
        `select o.id, a.definition, o.status from orders.orders o join orders.actor a on a.kind = 'order' and a.id = o.id`,
      )
    ).map((row) => [row.id, row]),
  );
  const isFinal = ({ id }: LeftOrder): boolean =>
    ['delivered', 'cancelled'].includes(now.get(id)?.status ?? '');
  const kept = left.filter((order) => !isFinal(order) && now.get(order.id)?.definition !== definition);
  const letters = await lettersOf(broker);
  const told = letters.filter(({ code }) => code === 'not_migratable').map(({ subject }) => subject);
  const lost = left.filter((order) => !isFinal(order) && !told.includes(order.id));
  verdicts.check(
    'every order comes to its end, or is kept and told of among the dead letters',
    lost.length === 0,
    lost.map(({ name, state }) => `\n  ${name}, left in ${state}`).join(''),
  );
  const unexpected = letters.filter(({ subject }) => !kept.some(({ id }) => id === subject));
  verdicts.check(
    'no message is a dead letter but those of orders that are kept',
    unexpected.length === 0,
    unexpected.map(({ code, reason }) => `\n  ${code}: ${reason}`).join(''),
  );
  const untouched = left.filter((order) => !order.finished && now.get(order.id)?.definition !== definition);
  verdicts.check(
    'every order that moved on did so under the definition of today',
    untouched.length === kept.length,
  );
  // The sums are those of orders that are over.
  if (kept.length === 0) {
    const orderIds = new Set(left.map(({ id }) => id));
    await checkBooks(database, { accepted: left.length, orderIds }, verdicts);
  }
  return accounts(left, (order) => {
    const { definition: its, status } = now.get(order.id) ?? { definition: 0, status: 'gone' };
    if (order.finished && its !== definition) return ['over', status];
    return [its === definition ? 'migrated' : 'kept', status];
  });
}

function accounts(
  left: readonly LeftOrder[],
  fateOf: (order: LeftOrder) => readonly [fate: 'over' | 'migrated' | 'kept', status: string],
): readonly Account[] {
  const byState = new Map<string, LeftOrder[]>();
  for (const order of left) byState.set(order.state, [...(byState.get(order.state) ?? []), order]);
  return [...byState].map(([state, orders]) => {
    const fates = orders.map(fateOf);
    const count = (word: string): number => fates.filter((fate) => fate.includes(word)).length;
    return {
      state,
      orders: orders.length,
      over: count('over'),
      migrated: count('migrated'),
      kept: count('kept'),
      delivered: count('delivered'),
      cancelled: count('cancelled'),
    };
  });
}

async function lettersOf(
  broker: Pick<Broker, 'deadLetters'>,
): Promise<readonly { readonly code: string; readonly reason: string; readonly subject: string }[]> {
  const all = await Promise.all(QUEUE_SERVICES.map((service) => broker.deadLetters(service, 100)));
  return all.flat().map(({ code, reason, message }) => ({
    code,
    reason,
    subject: String((message as { subject?: unknown } | null)?.subject),
  }));
}

/** The account as a table, a line for each state. */
export function accountText(rows: readonly Account[]): string {
  const columns = ['state', 'orders', 'over', 'migrated', 'kept', 'delivered', 'cancelled'] as const;
  const cells = [columns, ...rows.map((row) => columns.map((column) => String(row[column])))];
  const widths = columns.map((_, at) => Math.max(...cells.map((line) => line[at]?.length ?? 0)));
  return cells
    .map((line) =>
      line
        .map((cell, at) => (at === 0 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0)))
        .join('  '),
    )
    .join('\n');
}

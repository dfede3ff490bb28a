import { Agent, type IncomingMessage, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { z } from 'zod';
import { pause } from '../../adapters/main/drills/run.ts';
import { BenchInvalid } from '../harness/bench.ts';
import { type Checkout, checkoutHeaders, wallMs } from './checkouts.ts';

/** Whoever is told to come back later than this comes back now, so that a run does not consist of waiting. */
const COME_BACK_MS_MAX = 2_000;
/** After an answer that says nothing about when. */
const COME_BACK_MS = 1_000;
const SELL_MS_MAX = 180_000;
const TIMEOUT_MS = 60_000;

/** What a buyer is told, as far as it matters here. */
const told = z.object({
  code: z.string().optional(),
  token: z.string().optional(),
  position: z.int().optional(),
  pollAfter: z.string().optional(),
});

interface Buyer {
  readonly checkout: Checkout;
  token: string | undefined;
  /** The place in the line, as the token says. */
  place: number | undefined;
  position: number;
}

export interface LineSale {
  /** From each request to its answer, milliseconds. */
  readonly answerMs: readonly number[];
  /** When the last order was accepted, milliseconds since the epoch. */
  readonly acceptedMs: number;
}

/**
 * Every buyer checks out with one key, and again from `pollAfter` on with the token of the line, until they have an order
 * or hear that the sale is sold out; at most `connections` ask at the same time. Throws BenchInvalid when somebody is moved
 * back in the line, is told anything else, or waits for minutes.
 */
export async function buyInLine(
  url: string,
  checkouts: readonly Checkout[],
  connections: number,
): Promise<LineSale> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const target = new URL('/api/orders/checkout', url);
  const deadlineMs = wallMs() + SELL_MS_MAX;
  const answerMs: number[] = [];
  let acceptedMs = NaN;
  const buy = async (buyer: Buyer): Promise<void> => {
    for (;;) {
      const { status, body, tookMs } = await ask(target, agent, buyer);
      answerMs.push(tookMs);
      if (status === 202 || (status === 409 && body.code === 'sold_out')) {
        buyer.checkout.answer = { status, atMs: wallMs() };
        if (status === 202) acceptedMs = wallMs();
        return;
      }
      if (wallMs() > deadlineMs) throw new BenchInvalid('somebody waited for minutes');
      await pause(comeBackAfter(buyer, status, body));
    }
  };
  try {
    await Promise.all(
      checkouts.map((checkout) => buy({ checkout, token: undefined, place: undefined, position: Infinity })),
    );
  } finally {
    agent.destroy();
  }
  return { answerMs, acceptedMs };
}

/** Notes what the buyer was told of the line; resolves to how long they stay away, milliseconds. */
function comeBackAfter(buyer: Buyer, status: number, body: z.output<typeof told>): number {
  if (status === 503) return COME_BACK_MS;
  const { code, token, position, pollAfter } = body;
  if (status !== 429 || code !== 'queue_required' || token === undefined || position === undefined) {
    throw new BenchInvalid(
      `checkout ${buyer.checkout.key} was answered with ${String(status)} ${String(code)}`,
    );
  }
  const place = placeIn(token);
  if (place === buyer.place && position > buyer.position) {
    throw new BenchInvalid(`place ${String(place)} moved back to ${String(position)}`);
  }
  Object.assign(buyer, { token, place, position });
  const waitMs = pollAfter === undefined ? COME_BACK_MS : Date.parse(pollAfter) - Date.now();
  return Math.max(0, Math.min(COME_BACK_MS_MAX, waitMs));
}

/** Tokens can be read by everybody: sale, shopper, place, position told. */
function placeIn(token: string): number {
  const [content = ''] = token.split('.');
  const [, , place] = z
    .tuple([z.string(), z.string(), z.int(), z.int()])
    .parse(JSON.parse(Buffer.from(content, 'base64url').toString('utf8')));
  return place;
}

async function ask(
  target: URL,
  agent: Agent,
  { checkout, token }: Buyer,
): Promise<{ readonly status: number; readonly body: z.output<typeof told>; readonly tookMs: number }> {
  const headers = {
    ...checkoutHeaders(checkout),
    'content-length': Buffer.byteLength(checkout.body),
    ...(token === undefined ? {} : { 'queue-token': token }),
  };
  let sentMs = wallMs();
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const sent = request(target, { agent, method: 'POST', headers, timeout: TIMEOUT_MS }, resolve);
    // Waiting for one of the connections is no part of the answer's time.
    sent.once('socket', () => (sentMs = wallMs()));
    sent.once('timeout', () => sent.destroy(new Error('no answer in time')));
    sent.once('error', reject);
    sent.end(checkout.body);
  });
  const body = told.parse(JSON.parse(await text(response)));
  return { status: response.statusCode ?? 0, body, tookMs: wallMs() - sentMs };
}

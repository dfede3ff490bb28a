import { Agent, request } from 'node:http';
import { pause } from '../../adapters/main/drills/run.ts';
import type { Place } from '../harness/place.ts';
import { type Checkout, checkoutHeaders, wallMs } from './checkouts.ts';

/**
 * At most; who comes when all are taken waits, and the wait counts. Fewer than a server's socket lets wait to be accepted
 * (511): beyond that, connections are reset.
 */
const CONNECTIONS_MAX = 500;
const TIMEOUT_MS = 60_000;

/** Connections that stay open from one checkout to the next; for all streams of a run. */
export function keepConnections(place: Place): Agent {
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS_MAX });
  place.defer(() => {
    agent.destroy();
    return Promise.resolve();
  });
  return agent;
}

/** How many of a steady stream are due `elapsedMs` after the first. */
export function dueAfter(elapsedMs: number, perSecond: number): number {
  return elapsedMs < 0 ? 0 : Math.floor((elapsedMs * perSecond) / 1_000) + 1;
}

/**
 * `count` checkouts come at a steady rate, whether the ones before them were answered or not. Resolves once the last was
 * sent; `answered` once none is without an answer, or waited a minute for it. autocannon keeps a rate by sending the share
 * of each second at its beginning, and by waiting for answers; hence not by autocannon.
 */
export async function comeSteadily(
  { url, agent }: { readonly url: string; readonly agent: Agent },
  { perSecond, count }: { readonly perSecond: number; readonly count: number },
  begin: (dueMs: number) => Checkout,
  accepted: Accepted = () => undefined,
): Promise<{ readonly answered: Promise<unknown> }> {
  const target = new URL('/api/orders/checkout', url);
  const answers: Promise<void>[] = [];
  const startedMs = wallMs();
  while (answers.length < count) {
    const due = Math.min(count, dueAfter(wallMs() - startedMs, perSecond));
    while (answers.length < due) {
      const dueMs = startedMs + (answers.length * 1_000) / perSecond;
      answers.push(send(target, agent, begin(dueMs), accepted));
    }
    const nextMs = startedMs + (answers.length * 1_000) / perSecond;
    await pause(Math.max(1, nextMs - wallMs()));
  }
  return { answered: Promise.all(answers) };
}

/** Told of each checkout that became an order, as soon as it did. */
type Accepted = (checkout: Checkout, orderId: string) => void;

/** Resolves in any case; without an answer the checkout has none. */
function send(target: URL, agent: Agent, checkout: Checkout, accepted: Accepted): Promise<void> {
  return new Promise((resolve) => {
    const sent = request(
      target,
      {
        agent,
        method: 'POST',
        headers: { ...checkoutHeaders(checkout), 'content-length': Buffer.byteLength(checkout.body) },
        timeout: TIMEOUT_MS,
      },
      (response) => {
        const orderId = /^\/api\/orders\/([^/]+)$/.exec(response.headers.location ?? '')?.[1];
        if (response.statusCode === 202 && orderId !== undefined) accepted(checkout, orderId);
        response.resume().once('end', () => {
          checkout.answer = { status: response.statusCode ?? 0, atMs: wallMs() };
        });
        response.once('close', resolve);
      },
    );
    sent.once('timeout', () => sent.destroy(new Error('no answer in time')));
    sent.once('error', ({ message }) => {
      checkout.lost = message;
      resolve();
    });
    sent.end(checkout.body);
  });
}

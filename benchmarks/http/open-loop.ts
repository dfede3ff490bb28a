import { Agent, request } from 'node:http';
import { pause } from '../../adapters/main/drills/run.ts';
import { type Checkout, checkoutHeaders, wallMs } from './checkouts.ts';

/**
 * Connections at most; who comes when all are taken waits, and the wait counts. Fewer than a server's socket lets wait to
 * be accepted (511): beyond that, connections are reset.
 */
const CONNECTIONS_MAX = 500;
const TIMEOUT_MS = 60_000;

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
  url: string,
  { perSecond, count }: { readonly perSecond: number; readonly count: number },
  begin: (dueMs: number) => Checkout,
): Promise<{ readonly answered: Promise<void> }> {
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS_MAX });
  const target = new URL('/api/orders/checkout', url);
  const answers: Promise<void>[] = [];
  const startedMs = wallMs();
  while (answers.length < count) {
    const due = Math.min(count, dueAfter(wallMs() - startedMs, perSecond));
    while (answers.length < due) {
      const dueMs = startedMs + (answers.length * 1_000) / perSecond;
      answers.push(send(target, agent, begin(dueMs)));
    }
    const nextMs = startedMs + (answers.length * 1_000) / perSecond;
    await pause(Math.max(1, nextMs - wallMs()));
  }
  const answered = Promise.all(answers).then(() => agent.destroy());
  return { answered };
}

/** Resolves in any case; without an answer the checkout has none. */
function send(target: URL, agent: Agent, checkout: Checkout): Promise<void> {
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

// @ts-check
import { closedLoop } from '../../../dist/benchmarks/harness/closed-loop.js';
import { spreadOf } from '../../../dist/adapters/main/drills/quantiles.js';
import { unitsOf } from './shop.mjs';

/**
 * Owns: the load, a closed loop: `inFlight` orders at a time, each awaited until it is decided.
 *
 * @typedef {import('./program.mjs').Engine} Engine
 * @typedef {import('./shop.mjs').Order} Order
 *
 * @typedef {object} Offer
 * @property {Engine} engine
 * @property {number} inFlight
 * @property {(number: number) => Order} order
 */

/**
 * The rate is that of all orders, from the first checkout to the last confirmation.
 * @param {Offer & { readonly seconds: number }} offer
 */
export async function offerOrders({ seconds, ...offer }) {
  const { tookMs, wallMs, sold } = await offerAll(offer, { untilMs: performance.now() + seconds * 1_000 });
  const { count: orders, median, p99 } = spreadOf(tookMs);
  return { sold, figures: { ordersPerSecond: (orders * 1_000) / wallMs, p50Ms: median, p99Ms: p99, orders } };
}

/**
 * The time runs from the first checkout until the last buyer has heard yes or no.
 * @param {Offer & { readonly buyers: number }} offer
 */
export async function offerSale({ buyers, ...offer }) {
  const { tookMs, wallMs, sold } = await offerAll(offer, { times: buyers });
  const { count: orders, median, p99 } = spreadOf(tookMs);
  return { sold, figures: { wallMs, p50Ms: median, p99Ms: p99, orders, sold: sold.confirmed } };
}

/**
 * @param {Offer} offer
 * @param {{ readonly untilMs: number } | { readonly times: number }} until
 */
async function offerAll({ engine, inFlight, order }, until) {
  /** @type {number[]} */
  const tookMs = [];
  const sold = { confirmed: 0, cancelled: 0, units: 0 };
  const startedAt = performance.now();
  let lastMs = startedAt;
  await closedLoop({ inFlight, ...until }, async (/** @type {number} */ number) => {
    const wanted = order(number);
    const askedAt = performance.now();
    const verdict = await engine.place(wanted);
    lastMs = performance.now();
    tookMs.push(lastMs - askedAt);
    sold[verdict] += 1;
    if (verdict === 'confirmed') sold.units += unitsOf(wanted);
  });
  return { tookMs, wallMs: lastMs - startedAt, sold };
}

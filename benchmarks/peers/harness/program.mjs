// @ts-check
import { parseArgs } from 'node:util';
import { BenchInvalid } from '../../../dist/benchmarks/harness/bench.js';
import { withPlace } from '../../../dist/benchmarks/harness/place.js';
import { DrillImpossible } from '../../../dist/adapters/main/drills/run.js';
import { offerOrders, offerSale } from './load.mjs';
import { ordinaryOrder, SALE_BUYERS, SALE_UNITS, saleOrder } from './shop.mjs';
import { wholeNumber } from './whole-number.mjs';

/**
 * Owns: how a peer is called, what it is asked to do and how it ends. Every peer is the same program around another engine.
 *
 * `node PEER.mjs --seconds N [--flash] [--set name=value …] [--json]`
 * Exit codes: 0 the figures count, 1 the end state was wrong, 2 it could not run.
 *
 * @typedef {import('../../../benchmarks/harness/place.ts').Place} Place
 * @typedef {import('./shop.mjs').Order} Order
 * @typedef {import('./shop.mjs').Verdict} Verdict
 * @typedef {Readonly<Record<string, number>>} Settings
 *
 * @typedef {object} Sold What the callers were told, over the whole run.
 * @property {number} confirmed
 * @property {number} cancelled
 * @property {number} units of all confirmed orders together
 *
 * @typedef {object} Engine A running engine with full shelves.
 * @property {(order: Order) => Promise<Verdict>} place Resolves once the order is decided, and durably so.
 * @property {(sold: Sold) => Promise<readonly string[]>} audit The sums that are wrong at rest, in words; none: all is well.
 *
 * @typedef {object} Peer
 * @property {string} name
 * @property {string} version
 * @property {'services' | 'embedded'} stack What it needs: Postgres and RabbitMQ, or a folder.
 * @property {Settings} settings Defaults of `--set`; each has `inFlight`, the orders under way at a time.
 * @property {(place: Place, settings: Settings, flash: boolean) => Promise<Engine>} open
 *   Whatever it opens it defers to close. `flash`: a flash sale comes.
 */

const WARM_UP_SECONDS = 4;

/** @param {Peer} peer */
export async function runPeer(peer) {
  try {
    const asked = readArguments(process.argv.slice(2), peer.settings);
    const result = await withPlace(peer.stack, async (/** @type {Place} */ place) => {
      const engine = await peer.open(place, asked.settings, asked.flash);
      return await measure(engine, asked);
    });
    const { name, version } = peer;
    report(
      { peer: asked.flash ? `${name}-flash` : name, version, ...result, config: asked.settings },
      asked.json,
    );
  } catch (error) {
    if (error instanceof DrillImpossible) console.error(`${peer.name} can't run: ${error.message}`);
    else if (error instanceof BenchInvalid) console.error(`${peer.name} does not count: ${error.message}`);
    else console.error(error);
    process.exitCode = error instanceof DrillImpossible ? 2 : 1;
  }
}

/**
 * @param {Engine} engine
 * @param {Asked} asked
 */
async function measure(engine, { seconds, flash, settings: { inFlight } }) {
  const offer = { engine, inFlight, order: ordinaryOrder };
  const warm = await offerOrders({ ...offer, seconds: WARM_UP_SECONDS });
  const run = flash
    ? await offerSale({ ...offer, order: saleOrder, buyers: SALE_BUYERS })
    : await offerOrders({ ...offer, seconds });
  const wrong = [...(await engine.audit(added(warm.sold, run.sold)))];
  const winners = flash ? SALE_UNITS : run.figures.orders;
  if (run.sold.confirmed !== winners)
    wrong.push(`${run.sold.confirmed} orders were confirmed, not ${winners}`);
  if (wrong.length > 0) throw new BenchInvalid(wrong.join('; '));
  return run.figures;
}

/**
 * @param {Sold} one
 * @param {Sold} other
 * @returns {Sold}
 */
function added(one, other) {
  return {
    confirmed: one.confirmed + other.confirmed,
    cancelled: one.cancelled + other.cancelled,
    units: one.units + other.units,
  };
}

/**
 * @typedef {object} Asked
 * @property {number} seconds
 * @property {boolean} flash
 * @property {boolean} json
 * @property {Settings} settings
 */

const OPTIONS = /** @type {const} */ ({
  seconds: { type: 'string', default: '10' },
  flash: { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
  set: { type: 'string', multiple: true },
});

/**
 * @param {string[]} given
 * @param {Settings} defaults
 * @returns {Asked}
 */
function readArguments(given, defaults) {
  const { values } = parsed(given);
  /** @type {Record<string, number>} */
  const settings = { ...defaults };
  for (const pair of values.set ?? []) {
    const [name = '', value = ''] = pair.split('=', 2);
    if (!(name in defaults)) {
      throw new DrillImpossible(`--set ${pair}: must be name=value, of ${Object.keys(defaults).join(', ')}`);
    }
    settings[name] = wholeNumber(`--set ${name}`, value, 100_000);
  }
  const { flash, json } = values;
  return { seconds: wholeNumber('--seconds', values.seconds, 3_600), flash, json, settings };
}

/** @param {string[]} given */
function parsed(given) {
  try {
    return parseArgs({ args: given, options: OPTIONS, strict: true });
  } catch (error) {
    const names = Object.keys(OPTIONS).map((name) => `--${name}`);
    const [what] = /** @type {Error} */ (error).message.split(/[.]?\s*\n|[.] /);
    throw new DrillImpossible(`${what}; known are ${names.join(', ')}`);
  }
}

/**
 * @param {Readonly<Record<string, unknown>>} result
 * @param {boolean} json
 */
function report(result, json) {
  if (json) console.log(JSON.stringify(result));
  else console.table(result);
}

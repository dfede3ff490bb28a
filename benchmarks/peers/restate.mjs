// @ts-check
import { once } from 'node:events';
import { createServer } from 'node:http2';
import { endpoint } from '@restatedev/restate-sdk';
import { runPeer } from './harness/program.mjs';
import { idOf, STOCK } from './harness/shop.mjs';
import { versionOf } from './harness/versions.mjs';
import { openIngress } from './restate/ingress.mjs';
import { numberIn, register, startRestate } from './restate/server.mjs';
import { orderService, stock } from './restate/services.mjs';
import './restate/with-resolvers.mjs';

/**
 * Restate: its server keeps journals and state, replicated log and RocksDB in a folder, fsync on; the services run in
 * this process, the server in its own.
 */
await runPeer({
  name: 'restate',
  version: `restate-server ${versionOf('@restatedev/restate-server')}, sdk ${versionOf('@restatedev/restate-sdk')}`,
  stack: 'embedded',
  settings: { inFlight: 256, partitions: 1 },
  open: async (place, settings, flash) => {
    const port = await serve(place, orderService({ askFirst: flash }));
    const server = await startRestate(place, settings.partitions);
    await register(server, `http://127.0.0.1:${port}`);
    const call = await openIngress(place, server.ingressUrl);
    for (let start = 0; start < STOCK.length; start += 100) {
      const portion = STOCK.slice(start, start + 100);
      await Promise.all(portion.map(({ sku, units }) => call('Stock', sku, 'fill', units)));
    }
    return {
      place: async (wanted) =>
        /** @type {import('./harness/shop.mjs').Verdict} */ (
          await call('Order', idOf(wanted), 'run', wanted)
        ),
      audit: (sold) => audit(server, sold),
    };
  },
});

/**
 * The services, for the server to call, over HTTP/2 in both directions at once; resolves with their port.
 * @param {import('./harness/program.mjs').Place} place
 * @param {ReturnType<typeof orderService>} order
 */
async function serve(place, order) {
  const services = endpoint().bind(stock).bind(order).setLogger(errorsOnly);
  const server = createServer(services.http2Handler()).listen(0, '127.0.0.1');
  place.defer(async () => server.close());
  await once(server, 'listening');
  return /** @type {import('node:net').AddressInfo} */ (server.address()).port;
}

/**
 * @param {{ readonly level: string }} about
 * @param {...unknown} message
 */
function errorsOnly({ level }, ...message) {
  if (level === 'error') console.error(...message);
}

/**
 * @param {import('./restate/server.mjs').RestateServer} server
 * @param {import('./harness/program.mjs').Sold} sold
 */
async function audit(server, sold) {
  const units = (/** @type {string} */ key) =>
    `select sum(cast(value_utf8 as bigint)) as number from state where service_name = 'Stock' and key = '${key}'`;
  const orders = (/** @type {string} */ where) =>
    `select count(*) as number from state where service_name = 'Order' and key = 'order' and ${where}`;
  const [first, onHand, reserved, confirmed, cancelled, complete, open] = await Promise.all(
    [
      units('first'),
      units('onHand'),
      units('reserved'),
      orders(`value_utf8 like '%"status":"confirmed"%'`),
      orders(`value_utf8 like '%"status":"cancelled"%'`),
      orders(`value_utf8 like '%"payment":"txn\\_%"%' and value_utf8 like '%"shipment":"trk\\_%"%'`),
      `select count(*) as number from sys_invocation where status <> 'completed'`,
    ].map((query) => numberIn(server, query)),
  );
  const sums = {
    'units gone from the shelves': [Number(first) - Number(onHand), sold.units],
    'units still reserved': [reserved, 0],
    'confirmed orders': [confirmed, sold.confirmed],
    'cancelled orders': [cancelled, sold.cancelled],
    'orders with a payment and a shipment': [complete, sold.confirmed],
    'invocations that have not ended': [open, 0],
  };
  return Object.entries(sums)
    .filter(([, [found, expected]]) => found !== expected)
    .map(([what, [found, expected]]) => `${found} ${what}, not ${expected}`);
}

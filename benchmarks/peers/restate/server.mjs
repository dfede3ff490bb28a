// @ts-check
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { BenchInvalid } from '../../../dist/benchmarks/harness/bench.js';
import { DrillImpossible } from '../../../dist/adapters/main/drills/run.js';

/**
 * Owns: a Restate server of its own on free ports with its data in the place's folder, as its npm package brings it.
 *
 * @typedef {object} RestateServer
 * @property {string} ingressUrl
 * @property {string} adminUrl
 */

const START_MS_MAX = 60_000;

/**
 * @param {import('../harness/program.mjs').Place} place
 * @param {number} partitions
 * @returns {Promise<RestateServer>} Resolves when it is healthy.
 */
export async function startRestate(place, partitions) {
  const [ingress, admin, node] = await Promise.all([freePort(), freePort(), freePort()]);
  const folder = place.settings.DATA_DIR ?? '';
  const child = spawn(programPath(), ['--no-logo'], {
    stdio: ['ignore', 'inherit', 'inherit'],
    env: {
      ...process.env,
      RESTATE_BASE_DIR: folder,
      RESTATE_LISTEN_MODE: 'tcp',
      RESTATE_BIND_IP: '127.0.0.1',
      RESTATE_BIND_PORT: String(node),
      RESTATE_INGRESS__BIND_PORT: String(ingress),
      RESTATE_ADMIN__BIND_PORT: String(admin),
      RESTATE_DEFAULT_NUM_PARTITIONS: String(partitions),
      RESTATE_LOG_FILTER: 'warn,octocrab=off',
      RESTATE_LOG_FORMAT: 'compact',
      RESTATE_DISABLE_TELEMETRY: 'true',
    },
  });
  const ended = once(child, 'exit');
  // A run that is broken off leaves no server and no data behind.
  process.on('exit', () => {
    child.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  });
  process.once('SIGINT', () => process.exit(130)).once('SIGTERM', () => process.exit(143));
  place.defer(async () => {
    child.kill('SIGKILL');
    await ended;
  });
  const server = { ingressUrl: `http://127.0.0.1:${ingress}`, adminUrl: `http://127.0.0.1:${admin}` };
  await healthy(`${server.adminUrl}/health`, child);
  await healthy(`${server.ingressUrl}/restate/health`, child);
  return server;
}

/**
 * Tells the server where services are.
 * @param {RestateServer} server
 * @param {string} uri
 */
export async function register({ adminUrl }, uri) {
  const answer = await fetch(`${adminUrl}/deployments`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ uri }),
  });
  if (!answer.ok) throw new Error(`registering ${uri}: ${answer.status} ${await answer.text()}`);
}

/**
 * A number that SQL over the state of all services gives.
 * @param {RestateServer} server
 * @param {string} query one row with the column `number`
 * @returns {Promise<number>}
 */
export async function numberIn({ adminUrl }, query) {
  const answer = await fetch(`${adminUrl}/query`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json' },
    body: JSON.stringify({ query }),
  });
  if (!answer.ok)
    throw new BenchInvalid(`the query ${query} failed: ${answer.status} ${await answer.text()}`);
  const { rows } = /** @type {{ rows: { number: number | null }[] }} */ (await answer.json());
  return Number(rows[0]?.number ?? 0);
}

function programPath() {
  const require = createRequire(import.meta.url);
  try {
    return require.resolve(
      `@restatedev/restate-server-${process.platform}-${process.arch}/bin/restate-server`,
    );
  } catch {
    throw new DrillImpossible(`there is no restate-server for ${process.platform}-${process.arch}`);
  }
}

/** @returns {Promise<number>} */
async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  server.close();
  await once(server, 'close');
  return port;
}

/**
 * @param {string} url
 * @param {import('node:child_process').ChildProcess} child
 */
async function healthy(url, child) {
  const until = performance.now() + START_MS_MAX;
  while (performance.now() < until && child.exitCode === null) {
    const answer = await fetch(url).catch(() => undefined);
    if (answer?.ok) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new DrillImpossible(`restate-server did not start (exit code ${child.exitCode ?? 'none'})`);
}

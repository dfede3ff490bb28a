import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import { connect } from 'amqplib';

/** A virtual host of its own on a shared broker: what happens in it concerns nobody else. */
export interface VirtualHost {
  readonly name: string;
  readonly url: string;
}

/**
 * Makes virtual hosts with unused names that start with `prefix`, by rabbitmqctl or else by the management API
 * (RABBITMQ_MANAGEMENT_URL, else port 15672 of the same host). Undefined where neither works.
 */
export async function makeVhosts(
  base: string,
  prefix: string,
  count: number,
): Promise<readonly VirtualHost[] | undefined> {
  const names = Array.from(
    { length: count },
    () => `${prefix}-${process.pid}-${randomBytes(4).toString('hex')}`,
  );
  const user = decodeURIComponent(new URL(base).username) || 'guest';
  for (const maker of [byRabbitmqctl, byManagement(base)]) {
    const made = names.map((name) => ({ name, url: urlOf(base, name) }));
    try {
      await maker.add(names, user);
      // rabbitmqctl may lead to another broker than the URL.
      for (const { url } of made.slice(0, 1)) await (await connect(url)).close();
      return made;
    } catch {
      await maker.remove(names).catch(() => undefined);
    }
  }
  return undefined;
}

/** Removes them, together where that is possible. */
export async function removeVhosts(base: string, hosts: readonly VirtualHost[]): Promise<void> {
  if (hosts.length === 0) return;
  const names = hosts.map(({ name }) => name);
  await byRabbitmqctl.remove(names).catch(() => byManagement(base).remove(names));
}

function urlOf(base: string, name: string): string {
  const url = new URL(base);
  url.pathname = `/${name}`;
  return url.href;
}

/** One way to make virtual hosts. */
interface VhostMaker {
  add(vhosts: readonly string[], user: string): Promise<void>;
  remove(vhosts: readonly string[]): Promise<void>;
}

const run = promisify(execFile);

/** Each start of rabbitmqctl takes as long as several virtual hosts: one does all that is asked of it. */
const byRabbitmqctl: VhostMaker = {
  async add(vhosts, user) {
    const by = erlangBinary('orrery');
    const all = erlangBinary('.*');
    await erlang(
      vhosts,
      `ok = rabbit_vhost:add(V, ${by}), ` +
        `ok = rabbit_auth_backend_internal:set_permissions(${erlangBinary(user)}, V, ${all}, ${all}, ${all}, ${by})`,
    );
  },
  remove: (vhosts) => erlang(vhosts, `rabbit_vhost:delete(V, ${erlangBinary('orrery')})`),
};

/** Has the broker do something with each virtual host `V`. */
async function erlang(vhosts: readonly string[], expression: string): Promise<void> {
  await run('rabbitmqctl', [
    '-q',
    'eval',
    `[begin ${expression} end || V <- [${vhosts.map(erlangBinary).join(', ')}]].`,
  ]);
}

/** As its bytes, so that nothing in the text can end it. */
const erlangBinary = (text: string): string => `<<${[...Buffer.from(text)].join(',')}>>`;

function byManagement(base: string): VhostMaker {
  const { hostname, username, password } = new URL(base);
  const api = process.env['RABBITMQ_MANAGEMENT_URL'] ?? `http://${hostname}:15672`;
  const login = `${decodeURIComponent(username) || 'guest'}:${decodeURIComponent(password) || 'guest'}`;
  const call = async (method: string, path: string, body?: object): Promise<void> => {
    const answer = await fetch(new URL(path, api), {
      method,
      headers: {
        authorization: `Basic ${Buffer.from(login).toString('base64')}`,
        'content-type': 'application/json',
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(10_000),
    });
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status}`);
  };
  return {
    async add(vhosts, user) {
      for (const vhost of vhosts) {
        await call('PUT', `/api/vhosts/${vhost}`);
        await call('PUT', `/api/permissions/${vhost}/${user}`, { configure: '.*', write: '.*', read: '.*' });
      }
    },
    async remove(vhosts) {
      for (const vhost of vhosts) await call('DELETE', `/api/vhosts/${vhost}`);
    },
  };
}

import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import { connect } from 'amqplib';

/** A virtual host of its own on a shared broker: what happens in it concerns nobody else. */
export interface VirtualHost {
  readonly name: string;
  readonly url: string;
  remove(): Promise<void>;
}

/**
 * Makes a virtual host with an unused name that starts with `prefix`, by rabbitmqctl or else by the management API
 * (RABBITMQ_MANAGEMENT_URL, else port 15672 of the same host). Undefined where neither works.
 */
export async function makeVhost(base: string, prefix: string): Promise<VirtualHost | undefined> {
  const name = `${prefix}-${process.pid}-${randomBytes(4).toString('hex')}`;
  const url = new URL(base);
  url.pathname = `/${name}`;
  const user = decodeURIComponent(url.username) || 'guest';
  for (const maker of [byRabbitmqctl, byManagement(base)]) {
    try {
      await maker.add(name, user);
      // rabbitmqctl may lead to another broker than the URL.
      await (await connect(url.href)).close();
      return { name, url: url.href, remove: () => maker.remove(name) };
    } catch {
      await maker.remove(name).catch(() => undefined);
    }
  }
  return undefined;
}

/** One way to make virtual hosts. */
interface VhostMaker {
  add(vhost: string, user: string): Promise<void>;
  remove(vhost: string): Promise<void>;
}

const run = promisify(execFile);

const byRabbitmqctl: VhostMaker = {
  async add(vhost, user) {
    await run('rabbitmqctl', ['-q', 'add_vhost', vhost]);
    await run('rabbitmqctl', ['-q', 'set_permissions', '-p', vhost, user, '.*', '.*', '.*']);
  },
  async remove(vhost) {
    await run('rabbitmqctl', ['-q', 'delete_vhost', vhost]);
  },
};

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
    async add(vhost, user) {
      await call('PUT', `/api/vhosts/${vhost}`);
      await call('PUT', `/api/permissions/${vhost}/${user}`, { configure: '.*', write: '.*', read: '.*' });
    },
    remove: (vhost) => call('DELETE', `/api/vhosts/${vhost}`),
  };
}

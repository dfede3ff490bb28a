import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import type { Topology } from '../../core/engine/topology.ts';
import { LIVE, queueArguments, type Arguments } from './declare.ts';

/** The part of RabbitMQ's definitions file that is used here. */
export interface Definitions {
  readonly users: readonly {
    readonly name: string;
    readonly password_hash: string;
    readonly hashing_algorithm: 'rabbit_password_hashing_sha256';
    readonly tags: readonly string[];
  }[];
  readonly vhosts: readonly { readonly name: string }[];
  readonly permissions: readonly {
    readonly user: string;
    readonly vhost: string;
    readonly configure: string;
    readonly write: string;
    readonly read: string;
  }[];
  readonly exchanges: readonly {
    readonly name: string;
    readonly vhost: string;
    readonly type: 'topic' | 'direct';
    readonly durable: true;
    readonly auto_delete: false;
    readonly internal: false;
    readonly arguments: Arguments;
  }[];
  readonly queues: readonly {
    readonly name: string;
    readonly vhost: string;
    readonly durable: true;
    readonly auto_delete: false;
    readonly arguments: Arguments;
  }[];
  readonly bindings: readonly {
    readonly source: string;
    readonly vhost: string;
    readonly destination: string;
    readonly destination_type: 'queue';
    readonly routing_key: string;
    readonly arguments: Arguments;
  }[];
}

export interface Login {
  readonly name: string;
  readonly password: string;
}

/**
 * A broker that loads definitions makes no default user: this one takes its place. Known to everybody, so for a broker
 * that only this machine or a private network reaches; an operator changes its password.
 */
export const DEVELOPMENT_LOGIN: Login = { name: 'orrery', password: 'orrery' };

/** What RabbitMQ loads at its start, equal to what the services declare; `login` undefined: no user. */
export function definitionsOf(topology: Topology, vhost = '/', login?: Login): Definitions {
  const logins = login === undefined ? [] : [login];
  const exchange = { vhost, durable: true, auto_delete: false, internal: false, arguments: {} } as const;
  return {
    users: logins.map(({ name, password }) => ({
      name,
      password_hash: passwordHash(name, password),
      hashing_algorithm: 'rabbit_password_hashing_sha256',
      tags: ['administrator'],
    })),
    vhosts: [{ name: vhost }],
    permissions: logins.map(({ name }) => ({ user: name, vhost, configure: '.*', write: '.*', read: '.*' })),
    exchanges: [
      ...topology.exchanges.map((name) => ({ name, type: 'topic' as const, ...exchange })),
      { name: LIVE, type: 'direct', ...exchange },
    ],
    queues: topology.queues.map((queue) => ({
      name: queue.name,
      vhost,
      durable: true,
      auto_delete: false,
      arguments: queueArguments(queue),
    })),
    bindings: topology.bindings.map(({ queue, exchange: source, pattern }) => ({
      source,
      vhost,
      destination: queue,
      destination_type: 'queue',
      routing_key: pattern,
      arguments: {},
    })),
  };
}

/** The file's text for a topology, with the development login. */
export function definitionsText(topology: Topology): string {
  return `${JSON.stringify(definitionsOf(topology, '/', DEVELOPMENT_LOGIN), null, 2)}\n`;
}

export async function writeDefinitions(path: string, topology: Topology): Promise<void> {
  await writeFile(path, definitionsText(topology));
}

/** Whether the file says exactly what the topology says. */
export async function definitionsMatch(path: string, topology: Topology): Promise<boolean> {
  return (await readFile(path, 'utf8')) === definitionsText(topology);
}

/**
 * RabbitMQ's salted SHA-256, base64 of salt and hash. The salt comes from the name, so that the file does not change
 * with each writing. Source: RabbitMQ documentation, "Credentials and Passwords".
 */
function passwordHash(name: string, password: string): string {
  const salt = createHash('sha256').update(name).digest().subarray(0, 4);
  const hash = createHash('sha256').update(salt).update(password, 'utf8').digest();
  return Buffer.concat([salt, hash]).toString('base64');
}

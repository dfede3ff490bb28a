import { isIP } from 'node:net';
import type { FastifyRequest } from 'fastify';

/** Whether a host, by name or address and without a port, is this machine. */
export function isLoopbackHost(host: string): boolean {
  const plain = host.replace(/^\[|\]$/g, '');
  return plain === 'localhost' || isLoopbackAddress(plain);
}

/**
 * The origin of a request that can't lead out of this machine: the host it names is a loopback name, and who asks is on
 * this machine too. Undefined for every other.
 */
export function loopbackOrigin(request: FastifyRequest): string | undefined {
  const said = `${request.protocol}://${request.host}`;
  if (!isLoopbackAddress(request.ip) || !URL.canParse(said)) return undefined;
  const { hostname, origin } = new URL(said);
  return isLoopbackHost(hostname) ? origin : undefined;
}

function isLoopbackAddress(address: string): boolean {
  const plain = address.replace(/^::ffff:/i, '');
  return plain === '::1' || (isIP(plain) === 4 && plain.startsWith('127.'));
}

import { isIP } from 'node:net';
import type { FastifyRequest } from 'fastify';

/**
 * The origin that a link in a letter may lead to; undefined when none is known for sure.
 *
 * Whoever asks for a letter to somebody else chooses the Host, Origin and Referer of the request, and a link to a host
 * of theirs would hand them what the letter is to keep secret. So the request's word is taken only where it can't lead
 * out of this machine: the host is a loopback name, and who asks is on this machine too.
 */
export function linkOrigin(request: FastifyRequest): string | undefined {
  const said = `${request.protocol}://${request.host}`;
  if (!isLoopbackAddress(request.ip) || !URL.canParse(said)) return undefined;
  const { hostname, origin } = new URL(said);
  const host = hostname.replace(/^\[|\]$/g, '');
  return host === 'localhost' || isLoopbackAddress(host) ? origin : undefined;
}

function isLoopbackAddress(address: string): boolean {
  const plain = address.replace(/^::ffff:/i, '');
  return plain === '::1' || (isIP(plain) === 4 && plain.startsWith('127.'));
}

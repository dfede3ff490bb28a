import type { FastifyRequest } from 'fastify';
import { loopbackOrigin } from './loopback.ts';

/**
 * The origin that a link in a letter may lead to: `PUBLIC_URL`, else the request's own on this machine, else undefined,
 * because none is known for sure.
 *
 * Whoever asks for a letter to somebody else chooses the Host, Origin and Referer of the request, and a link to a host
 * of theirs would hand them what the letter is to keep secret. So the request's word is taken only where it can't lead
 * out of this machine.
 */
export function linkOrigin(request: FastifyRequest): string | undefined {
  return request.server.publicUrl ?? loopbackOrigin(request);
}

import { BlockList, isIP } from 'node:net';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { OrderOrigin } from '../../core/messages/orders.ts';
import { deviceCookie, sessionCookie, setDeviceCookie } from './cookies.ts';

/** A keyed hash: nobody can try addresses on it without the key. */
export type OriginHash = (text: string) => string;

/** Addresses behind which is anybody: of this machine, of a proxy, or of a private network. */
const NOBODYS = new BlockList();
for (const [network, prefix] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
] as const) {
  NOBODYS.addSubnet(network, prefix, 'ipv4');
}
NOBODYS.addAddress('::1', 'ipv6');
NOBODYS.addSubnet('fc00::', 7, 'ipv6');
NOBODYS.addSubnet('fe80::', 10, 'ipv6');
/** One customer of a provider has a whole network of IPv6 addresses: its first four groups. */
const OWN_GROUPS = 4;

/**
 * Where a checkout comes from, as hashes: the network of the caller and the browser, which is known by a cookie that it
 * gets with its first checkout. Programs have none.
 */
export function checkoutOrigin(
  request: FastifyRequest,
  reply: FastifyReply,
  hash: OriginHash,
): OrderOrigin | undefined {
  const network = networkOf(request.ip);
  const device =
    deviceCookie(request) ??
    (sessionCookie(request) === undefined ? undefined : setDeviceCookie(request, reply));
  if (network === undefined && device === undefined) return undefined;
  return {
    ...(network === undefined ? {} : { network: hash(`network/${network}`) }),
    ...(device === undefined ? {} : { device: hash(`device/${device}`) }),
  };
}

/** An IPv4 address, or the network of an IPv6 one; undefined where it says nothing. */
export function networkOf(address: string): string | undefined {
  const plain = address.replace(/^::ffff:(?=\d+\.)/i, '').replace(/%.*$/, '');
  const kind = isIP(plain);
  if (kind === 0 || NOBODYS.check(plain, kind === 4 ? 'ipv4' : 'ipv6')) return undefined;
  return kind === 4 ? plain : groupsOf(plain).slice(0, OWN_GROUPS).join(':');
}

/** The eight groups of an IPv6 address, without leading zeros. */
function groupsOf(address: string): readonly string[] {
  const [before = '', after] = address.toLowerCase().split('::');
  const groups = (text: string | undefined) => (text === undefined || text === '' ? [] : text.split(':'));
  const [head, tail] = [groups(before), groups(after)];
  const missing = after === undefined ? 0 : 8 - head.length - tail.length;
  return [...head, ...Array.from({ length: Math.max(0, missing) }, () => '0'), ...tail].map((group) =>
    group.replace(/^0+(?=.)/, ''),
  );
}

import { createHmac } from 'node:crypto';

/** Half of the digest: enough to tell things apart. */
const HASH_CHARACTERS = 22;

/**
 * The keyed hash that stands for addresses, networks and devices; its key derives from the platform's secret, so that all
 * processes have the same.
 */
export function originHash(secret: string): (text: string) => string {
  const key = createHmac('sha256', secret).update('orrery/order-origin').digest();
  return (text) => createHmac('sha256', key).update(text).digest('base64url').slice(0, HASH_CHARACTERS);
}

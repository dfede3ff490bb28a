import { createHmac, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import type { TicketSigner } from '../../core/services/gateway/line/waiting-lines.ts';

/** Longer texts are no tickets of ours. */
const TOKEN_LENGTH_MAX = 600;
const ticketSchema = z.tuple([z.string(), z.string(), z.int().min(1), z.int().min(0)]);

/**
 * Tickets of waiting lines: `<content>.<HMAC-SHA256>`, both base64url. Anyone may read one and nobody can write one. The
 * secret of the sessions signs them, under a name of its own.
 */
export function createTicketSigner(secret: string): TicketSigner {
  const key = createHmac('sha256', secret).update('orrery waiting line').digest();
  const signatureOf = (content: string): Buffer => createHmac('sha256', key).update(content).digest();
  return {
    sign({ saleId, userId, position, shown }) {
      const content = Buffer.from(JSON.stringify([saleId, userId, position, shown])).toString('base64url');
      return `${content}.${signatureOf(content).toString('base64url')}`;
    },

    verify(token) {
      const [content, signature, ...rest] = token.split('.');
      if (token.length > TOKEN_LENGTH_MAX || content === undefined || signature === undefined)
        return undefined;
      const [given, right] = [Buffer.from(signature, 'base64url'), signatureOf(content)];
      if (rest.length > 0 || given.length !== right.length || !timingSafeEqual(given, right))
        return undefined;
      const [saleId, userId, position, shown] = ticketSchema.parse(
        JSON.parse(Buffer.from(content, 'base64url').toString('utf8')),
      );
      return { saleId, userId, position, shown };
    },
  };
}

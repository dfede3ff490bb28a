import type { Identity } from '../../core/services/accounts/ports.ts';

declare module 'fastify' {
  interface FastifyInstance {
    /** `PUBLIC_URL`: the origin where people find the shop; undefined: nobody said. */
    readonly publicUrl: string | undefined;
  }

  interface FastifyRequest {
    /** Who asks; null: a guest. Set by the access hooks (authentication.ts). */
    identity: Identity | null;
    /** The JSON body as it was sent; null when there was none. */
    rawBody: Buffer | null;
    /** W3C trace context of what this request causes; undefined: it belongs to no trace. */
    traceparent: string | undefined;
  }
}

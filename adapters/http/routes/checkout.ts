import { createHash } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { CheckoutContent, CheckoutDesk } from '../../../core/services/gateway/checkout.ts';
import { DEFAULT_CURRENCY } from '../../../core/kernel/money.ts';
import type { App } from '../app.ts';
import { type Access, identityOf } from '../authentication.ts';
import { userKey } from '../cart-keys.ts';
import { checkoutOrigin, type OriginHash } from '../checkout-origin.ts';
import { HttpProblem, validationProblem } from '../problem.ts';
import { checkoutBody, queueToken } from '../schemas.ts';

/** Visible ASCII, as the header's draft has it. */
const KEY = /^[\x21-\x7e]{1,200}$/;

export function checkoutRoute(
  app: App,
  deps: {
    readonly desk: CheckoutDesk;
    readonly access: Access;
    /** Absent: nobody scores orders, so where they come from is not told. */
    readonly originHash?: OriginHash;
  },
): void {
  app.post(
    '/api/orders/checkout',
    {
      onRequest: deps.access.user,
      // The key is judged before the body: a known key outranks a body that is not valid.
      attachValidation: true,
      schema: {
        tags: ['orders'],
        summary: 'Places an order; needs the header Idempotency-Key',
        headers: z.object({
          'idempotency-key': z.string().optional(),
          traceparent: z.string().optional(),
          'queue-token': queueToken.optional(),
        }),
        body: checkoutBody,
      },
    },
    async (request, reply) => {
      const { user } = identityOf(request);
      const { 'queue-token': token } = request.headers;
      const { traceparent } = request;
      const origin = deps.originHash && checkoutOrigin(request, reply, deps.originHash);
      const accepted = await deps.desk.place({
        user,
        cartKey: userKey(user.id),
        idempotencyKey: idempotencyKey(request),
        fingerprint: createHash('sha256')
          .update(request.rawBody ?? '')
          .digest('hex'),
        ...(traceparent === undefined ? {} : { traceparent }),
        ...(origin === undefined ? {} : { origin }),
        ...(typeof token === 'string' ? { queueToken: token } : {}),
        content: () => {
          if (request.validationError !== undefined) throw validationProblem(request.validationError);
          return content(request.body);
        },
      });
      const { orderId, totalCents, createdAt, repeated } = accepted;
      request.log = request.log.child({ orderId });
      if (repeated) void reply.header('idempotency-replayed', 'true');
      return reply
        .code(202)
        .header('location', `/api/orders/${encodeURIComponent(orderId)}`)
        .send({ orderId, status: 'pending', totalCents, currency: DEFAULT_CURRENCY, createdAt });
    },
  );
}

function idempotencyKey(request: FastifyRequest): string {
  const key = request.headers['idempotency-key'];
  if (key === undefined || key === '') {
    throw new HttpProblem(
      400,
      'idempotency_key_missing',
      'the header Idempotency-Key is missing: send a new unique value per order, and the same one when you repeat it',
    );
  }
  if (typeof key !== 'string' || !KEY.test(key)) {
    throw new HttpProblem(
      400,
      'idempotency_key_invalid',
      'the header Idempotency-Key must have 1 to 200 visible ASCII characters',
    );
  }
  return key;
}

function content(body: z.output<typeof checkoutBody>): CheckoutContent {
  const { token, type } = body.paymentMethod;
  return {
    shippingAddress: body.shippingAddress,
    paymentMethod: { type, ...(token === undefined ? {} : { token }) },
    ...(body.items === undefined ? {} : { items: body.items }),
  };
}

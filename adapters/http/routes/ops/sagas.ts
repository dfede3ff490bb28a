import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { repairCommands } from '../../../../core/messages/order-repair.ts';
import type { PreviewBody, RepairBody } from '../../../../core/services/orders/repair-ports.ts';
import { RepairRefused } from '../../../../core/services/orders/repair-refused.ts';
import type { App } from '../../app.ts';
import { identityOf, isAdmin } from '../../authentication.ts';
import { withoutPeople } from '../../personal-facts.ts';
import { HttpProblem, invalidFields } from '../../problem.ts';
import { id, text } from '../../schemas.ts';
import { given } from '../orders.ts';
import type { OpsRoutesDeps } from './deps.ts';

const params = z.object({ kind: text(1, 40), id });

const previewBody = repairCommands({ reason: text(1, 500).optional() });

const body = repairCommands({
  reason: text(1, 500),
  expectedVersion: z.int('must be a whole number, as a JSON number').min(1),
  acknowledge: z.boolean().optional(),
});

/** A saga as operators see it, and its repair by hand: previewed first, told in the audit trail, done by the saga itself. */
export function opsSagaRoutes(app: App, { repairs, audit, access }: OpsRoutesDeps): void {
  app.get(
    '/api/ops/sagas/:kind/:id',
    {
      onRequest: access.operator,
      schema: {
        tags: ['operations'],
        summary: 'Where a saga stands, what it waits for, and what can be done to it by hand',
        params,
      },
    },
    async (request) => {
      const { kind, id } = request.params;
      const saga = await repairs.find(kind, id);
      if (saga === undefined) throw new HttpProblem(404, 'unknown_saga', `there is no saga ${kind} ${id}`);
      return seenBy(request, saga);
    },
  );

  app.post(
    '/api/ops/sagas/:kind/:id/repair/preview',
    {
      onRequest: access.operator,
      schema: {
        tags: ['operations'],
        summary: 'What a repair would change, send and arm; changes nothing',
        params,
        body: previewBody,
      },
    },
    async (request) => {
      const { kind, id } = request.params;
      return seenBy(request, await told(repairs.preview(kind, id, given(request.body) as PreviewBody)));
    },
  );

  app.post(
    '/api/ops/sagas/:kind/:id/repair',
    {
      onRequest: access.operator,
      schema: {
        tags: ['operations'],
        summary: 'Repairs a saga by hand; refused once it has moved on from expectedVersion',
        params,
        body,
      },
    },
    async (request, reply) => {
      const { kind, id } = request.params;
      const asked = given(request.body) as RepairBody;
      const { from, to, warnings } = await told(repairs.check(kind, id, asked));
      const { reason, operation, expectedVersion, acknowledge } = asked;
      const by = identityOf(request).user.id;
      await audit.record({
        by,
        action: `saga.${operation}`,
        subject: { kind, id },
        reason,
        detail: {
          expectedVersion,
          from,
          to,
          ...detailOf(asked),
          ...(acknowledge === true ? { warnings } : {}),
        },
      });
      const accepted = await repairs.request(kind, id, asked, by, request.traceparent);
      return reply
        .code(202)
        .header('location', `/api/ops/sagas/${encodeURIComponent(kind)}/${encodeURIComponent(id)}`)
        .send(accepted);
    },
  );
}

/** Of an edit the fields, and not what is in them: the trail outlives the people whose data they are. */
function detailOf(asked: RepairBody): Readonly<Record<string, unknown>> {
  switch (asked.operation) {
    case 'edit':
      return { fields: Object.keys(asked.changes) };
    case 'resend':
      return asked.messageId === undefined ? {} : { messageId: asked.messageId };
    case 'restart':
    case 'skip':
      return asked.step === undefined ? {} : { step: asked.step };
    default:
      return {};
  }
}

/** Operators see what happens, admins also to whom. */
function seenBy(request: FastifyRequest, shown: object): unknown {
  return isAdmin(request) ? shown : withoutPeople(shown);
}

async function told<Result>(result: Promise<Result>): Promise<Result> {
  try {
    return await result;
  } catch (error) {
    if (!(error instanceof RepairRefused)) throw error;
    const { code, why, errors, warnings } = error.refusal;
    if (errors !== undefined) throw invalidFields(errors);
    throw new HttpProblem(409, code, why, {
      members: { version: error.version, ...(warnings === undefined ? {} : { warnings }) },
    });
  }
}

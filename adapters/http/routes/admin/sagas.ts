import { Readable } from 'node:stream';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { OUTLINE_STEPS_MAX } from '../../../../core/services/sagas/limits.ts';
import type { Sagas, SagaStep } from '../../../../core/services/sagas/ports.ts';
import type { App } from '../../app.ts';
import { type Access, isAdmin } from '../../authentication.ts';
import { withoutPeople } from '../../personal-facts.ts';
import { HttpProblem } from '../../problem.ts';
import { cursor, id, text, wholeNumber } from '../../schemas.ts';

const LIMIT_DEFAULT = 50;
const SEQ_MAX = 1_000_000_000;

/** Looking at sagas: their graph, the fleet, one saga's steps. Operators see what happened, admins also to whom. */
export function sagaRoutes(
  app: App,
  { sagas, access }: { readonly sagas?: Sagas; readonly access: Access },
): void {
  if (sagas === undefined) return;
  const onRequest = access.operator;
  const kind = z.object({ kind: text(1, 40) });
  const saga = kind.extend({ id });

  app.get(
    '/api/ops/sagas/:kind/graph',
    {
      onRequest,
      schema: {
        tags: ['operations'],
        summary: 'The machine of a kind of saga as a graph, placed: states, lines between them, transitions',
        params: kind,
        querystring: z.object({ drawing: z.enum(['compact', 'labelled']).optional() }),
      },
    },
    async (request) =>
      found(await sagas.graph(request.params.kind, request.query.drawing ?? 'compact'), 'unknown_kind'),
  );

  app.get(
    '/api/ops/sagas/:kind/fleet',
    {
      onRequest,
      schema: {
        tags: ['operations'],
        summary:
          'How many sagas stand in each state, and what moved along each transition in the last minute',
        params: kind,
      },
    },
    async (request) => found(await sagas.fleet(request.params.kind), 'unknown_kind'),
  );

  app.get(
    '/api/ops/sagas/:kind/states/:state',
    {
      onRequest,
      schema: {
        tags: ['operations'],
        summary: 'The sagas in a state, the oldest first; of those that have ended the newest first',
        params: kind.extend({ state: text(1, 200) }),
        querystring: z.object({ limit: wholeNumber(1, 100).optional(), cursor: cursor.optional() }),
      },
    },
    async ({ params, query }) =>
      found(
        await sagas.inState(params.kind, params.state, query.limit ?? LIMIT_DEFAULT, query.cursor),
        'unknown_kind',
      ),
  );

  app.get(
    '/api/ops/sagas/:kind/:id/outline',
    {
      onRequest,
      schema: {
        tags: ['operations'],
        summary:
          'Steps of a saga in few bytes, oldest first: [seq, move, milliseconds since the epoch]; those after one, or the newest',
        params: saga,
        querystring: z.object({
          after: wholeNumber(0, SEQ_MAX).optional(),
          newest: z.enum(['1']).optional(),
          limit: wholeNumber(1, OUTLINE_STEPS_MAX).optional(),
        }),
      },
    },
    async ({ params: { kind, id }, query: { after = 0, newest, limit = OUTLINE_STEPS_MAX } }) =>
      found(
        await (newest === undefined ? sagas.outline(kind, id, after, limit) : sagas.newest(kind, id, limit)),
        'unknown_saga',
      ),
  );

  app.get(
    '/api/ops/sagas/:kind/:id/steps/:seq',
    {
      onRequest,
      schema: {
        tags: ['operations'],
        summary:
          'One step: what it heard, what it knew before and after, what it sent and what became of that',
        params: saga.extend({ seq: wholeNumber(1, SEQ_MAX) }),
        // What it knew and the payloads it sent take living the log again: longer, the longer it is.
        querystring: z.object({ replay: z.enum(['0', '1']).optional() }),
      },
    },
    async (request) => {
      const { params, query } = request;
      const step = await sagas.step(params.kind, params.id, params.seq, { replay: query.replay !== '0' });
      return shown(request, found(step, 'unknown_step'));
    },
  );

  app.get(
    '/api/ops/sagas/:kind/:id/export',
    {
      onRequest,
      schema: { tags: ['operations'], summary: 'Every step of a saga as a JSON file', params: saga },
    },
    async (request, reply) => {
      const { params } = request;
      found(await sagas.outline(params.kind, params.id, SEQ_MAX), 'unknown_saga');
      const name = `${params.kind}-${params.id}`.replace(/[^\w-]/g, '_');
      return reply
        .type('application/json; charset=utf-8')
        .header('content-disposition', `attachment; filename="${name}.json"`)
        .send(Readable.from(exported(request, sagas, params.kind, params.id)));
    },
  );
}

function found<Value>(value: Value | undefined, code: string): Value {
  if (value === undefined) throw new HttpProblem(404, code, 'there is nothing of that name');
  return value;
}

function shown(request: FastifyRequest, step: SagaStep): SagaStep {
  return isAdmin(request) ? step : (withoutPeople(step) as SagaStep);
}

async function* exported(
  request: FastifyRequest,
  sagas: Sagas,
  kind: string,
  sagaId: string,
): AsyncGenerator<string> {
  yield `{"kind":${JSON.stringify(kind)},"id":${JSON.stringify(sagaId)},"steps":[`;
  let separator = '\n';
  for await (const step of sagas.history(kind, sagaId)) {
    yield separator + JSON.stringify(shown(request, step));
    separator = ',\n';
  }
  yield '\n]}\n';
}

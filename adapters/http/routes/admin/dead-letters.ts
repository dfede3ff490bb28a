import { z } from 'zod';
import {
  type DeadLetterDesk,
  LETTERS_MAX,
  RATE_PER_SECOND,
} from '../../../../core/services/dead-letters/desk.ts';
import { MessageUnfit } from '../../../../core/services/dead-letters/fitness.ts';
import { LETTER_STATES } from '../../../../core/services/dead-letters/ports.ts';
import type { App } from '../../app.ts';
import { identityOf } from '../../authentication.ts';
import { HttpProblem, invalidFields } from '../../problem.ts';
import { cursor, id, text, wholeNumber } from '../../schemas.ts';
import { given } from '../orders.ts';
import type { AdminRoutesDeps } from './deps.ts';

const LIMIT_DEFAULT = 50;
const GROUPS_MAX = 500;
const REPLAYS_SHOWN = 20;
/** Ids of one request; whoever means more means a group. */
const IDS_MAX = 1_000;

const reason = text(1, 500);
const group = z.string().regex(/^[0-9a-f]{32}$/, 'is not a group of ours');
const tags = ['operations'];
const choice = z
  .object({
    group: group.optional(),
    ids: z.array(id).min(1, 'must have at least one id').max(IDS_MAX).optional(),
  })
  .refine((chosen) => (chosen.group === undefined) !== (chosen.ids === undefined), {
    path: ['group'],
    message: 'give either group or ids',
  });

type Deps = Pick<AdminRoutesDeps, 'audit' | 'access'> & { readonly deadLetters: DeadLetterDesk };

/** Messages that could not be handled: looked at, mended, sent back, discarded. */
export function adminDeadLetterRoutes(app: App, { deadLetters, ...rest }: AdminRoutesDeps): void {
  if (deadLetters === undefined) return;
  const deps = { ...rest, deadLetters };
  readingRoutes(app, deps);
  replayRoutes(app, deps);
  discardRoute(app, deps);
}

function readingRoutes(app: App, { deadLetters, access }: Deps): void {
  app.get(
    '/api/ops/dead-letters',
    {
      onRequest: access.operator,
      schema: {
        tags,
        summary:
          'Waiting dead letters by cause, the latest first; with group, state, limit or cursor the letters themselves',
        querystring: z.object({
          group: group.optional(),
          state: z.enum(LETTER_STATES, `must be one of ${LETTER_STATES.join(', ')}`).optional(),
          limit: wholeNumber(1, 100).optional(),
          cursor: cursor.optional(),
        }),
      },
    },
    async ({ query }) => {
      if (Object.values(query).every((value) => value === undefined)) {
        return { groups: await deadLetters.store.groups(GROUPS_MAX) };
      }
      return deadLetters.store.list({ ...given(query), limit: query.limit ?? LIMIT_DEFAULT });
    },
  );

  app.get(
    '/api/ops/dead-letters/replays',
    { onRequest: access.operator, schema: { tags, summary: 'The latest replays and how far they are' } },
    async () => ({ items: await deadLetters.store.replays(REPLAYS_SHOWN) }),
  );

  app.get(
    '/api/ops/dead-letters/:id',
    {
      onRequest: access.operator,
      schema: {
        tags,
        summary: 'A letter with its message, and what speaks against sending it back as it is',
        params: z.object({ id }),
      },
    },
    async ({ params }) => deadLetters.letter(params.id),
  );
}

function replayRoutes(app: App, { deadLetters, audit, access }: Deps): void {
  app.post(
    '/api/ops/dead-letters/:id/replay',
    {
      onRequest: access.operator,
      schema: {
        tags,
        summary:
          'Sends one letter back to its queue; payload, the whole message, takes the place of its message',
        params: z.object({ id }),
        body: z.object({ payload: z.unknown().optional(), reason }),
      },
    },
    async (request, reply) => {
      const { params, body } = request;
      const by = identityOf(request).user.id;
      const before = await deadLetters.letter(params.id);
      await audit.record({
        by,
        action: 'dead-letter.replay',
        subject: { kind: 'dead-letter', id: params.id },
        reason: body.reason,
        // What was changed stays with the letter, which is forgotten in time: it may tell of a person.
        detail: { queue: before.queue, mended: body.payload !== undefined },
      });
      const asked = {
        by,
        reason: body.reason,
        ...(body.payload === undefined ? {} : { payload: body.payload }),
      };
      const replay = await deadLetters.replayOne(params.id, asked).catch(nameFields);
      return reply.code(202).send(replay);
    },
  );

  app.post(
    '/api/ops/dead-letters/replay',
    {
      onRequest: access.operator,
      schema: {
        tags,
        summary: `Sends the waiting letters of a group, or some by id, back to their queues; at most ${LETTERS_MAX.toLocaleString('en')} at a time`,
        body: z.intersection(
          choice,
          z.object({
            ratePerSecond: z
              .int('must be a whole number, as a JSON number')
              .min(RATE_PER_SECOND.min, `must be at least ${String(RATE_PER_SECOND.min)}`)
              .max(RATE_PER_SECOND.max, `must be at most ${String(RATE_PER_SECOND.max)}`)
              .default(RATE_PER_SECOND.usual),
            reason,
          }),
        ),
      },
    },
    async (request, reply) => {
      const { ratePerSecond, reason: why } = request.body;
      const chosen = chosenIn(request.body);
      const by = identityOf(request).user.id;
      await audit.record({
        by,
        action: 'dead-letter.replay',
        subject: subjectOf(chosen),
        reason: why,
        detail: { ...chosen, ratePerSecond },
      });
      return reply.code(202).send(await deadLetters.replayMany(chosen, { by, reason: why, ratePerSecond }));
    },
  );

  app.get(
    '/api/ops/dead-letters/replays/:id',
    {
      onRequest: access.operator,
      schema: { tags, summary: 'How far a replay is', params: z.object({ id }) },
    },
    async ({ params }) => {
      const replay = await deadLetters.store.findReplay(params.id);
      if (replay === undefined) throw new HttpProblem(404, 'unknown_replay', 'there is no such replay');
      return replay;
    },
  );

  app.delete(
    '/api/ops/dead-letters/replays/:id',
    {
      onRequest: access.operator,
      schema: {
        tags,
        summary: 'Stops a replay; what was not sent yet waits again',
        params: z.object({ id }),
      },
    },
    async (request, reply) => {
      await audit.record({
        by: identityOf(request).user.id,
        action: 'dead-letter.stop-replay',
        subject: { kind: 'replay', id: request.params.id },
      });
      await deadLetters.stopReplay(request.params.id);
      return reply.code(202).send({ stopping: true });
    },
  );
}

function discardRoute(app: App, { deadLetters, audit, access }: Deps): void {
  app.post(
    '/api/ops/dead-letters/discard',
    {
      onRequest: access.operator,
      schema: {
        tags,
        summary:
          'Discards the waiting letters of a group, or some by id: they are kept to look at for 30 days',
        body: z.intersection(choice, z.object({ reason })),
      },
    },
    async (request) => {
      const chosen = chosenIn(request.body);
      const by = identityOf(request).user.id;
      await audit.record({
        by,
        action: 'dead-letter.discard',
        subject: subjectOf(chosen),
        reason: request.body.reason,
        detail: { ...chosen },
      });
      return { discarded: await deadLetters.discard(chosen, { by, reason: request.body.reason }) };
    },
  );
}

type Chosen = { readonly group: string } | { readonly ids: readonly string[] };

function chosenIn(body: { group?: string | undefined; ids?: readonly string[] | undefined }): Chosen {
  return body.group === undefined ? { ids: [...new Set(body.ids)] } : { group: body.group };
}

function subjectOf(chosen: Chosen): { readonly kind: string; readonly id: string } {
  if ('group' in chosen) return { kind: 'dead-letter-group', id: chosen.group };
  const [only = ''] = chosen.ids;
  return { kind: 'dead-letter', id: chosen.ids.length === 1 ? only : `${String(chosen.ids.length)} letters` };
}

/** Fields of a mended message, as the client sent them. */
function nameFields(error: unknown): never {
  if (!(error instanceof MessageUnfit)) throw error;
  throw invalidFields(
    error.faults.map(({ path, message }) => ({ path: path === '' ? 'payload' : `payload.${path}`, message })),
  );
}

import { z } from 'zod';
import type { App } from '../../../app.ts';
import { identityOf } from '../../../authentication.ts';
import { visibleOrder } from '../../../ownership.ts';
import { HttpProblem } from '../../../problem.ts';
import { id, text } from '../../../schemas.ts';
import type { AssistantRoutesDeps } from './deps.ts';
import { perform } from './perform.ts';

const TURNS_MAX = 20;

/** Questions about the shop, what they propose, and short texts about orders. */
export function assistantRoutes(app: App, deps: AssistantRoutesDeps): void {
  const { orders, access } = deps;
  const { assistant, proposals, summaries } = deps.assistant;
  const tags = ['admin'];
  app.addHook('onClose', () => deps.assistant.stop());

  app.post(
    '/api/admin/assistant',
    {
      onRequest: access.admin,
      schema: {
        tags,
        summary:
          'Answers a question about the shop, with a table, links and the tools that were asked; an action is only proposed',
        body: z.object({
          question: text(1, 500),
          conversation: z
            .array(
              z.object({
                role: z.enum(['user', 'assistant'], 'must be user or assistant'),
                text: text(1, 4_000),
              }),
            )
            .max(TURNS_MAX, `must have at most ${String(TURNS_MAX)} turns`)
            .optional(),
        }),
      },
    },
    async (request) => {
      const { question, conversation = [] } = request.body;
      return assistant.answer(question, conversation, { id: identityOf(request).user.id });
    },
  );

  app.post(
    '/api/admin/assistant/confirm',
    {
      onRequest: access.admin,
      schema: {
        tags,
        summary: 'Does what was proposed to the same person within the last ten minutes, once',
        body: z.object({ token: text(1, 100) }),
      },
    },
    async (request) => {
      const by = identityOf(request).user.id;
      const proposal = await proposals.take(request.body.token, by);
      if (proposal === undefined) {
        throw new HttpProblem(
          409,
          'proposal_gone',
          'token: there is no such proposal of yours; it may be done already, or too old. Ask again.',
        );
      }
      await perform(proposal.action, deps, by);
      return { done: proposal.text };
    },
  );

  app.get(
    '/api/admin/orders/:id/summary',
    {
      onRequest: access.admin,
      schema: {
        tags,
        summary:
          'What a language model wrote about the order; text is null where there is none; current is false while one of the order as it is may come',
        params: z.object({ id }),
      },
    },
    async (request) => {
      const order = await visibleOrder(request, orders, request.params.id);
      return (await summaries?.of(order)) ?? { text: null, current: summaries === undefined };
    },
  );
}

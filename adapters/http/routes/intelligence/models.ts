import { z } from 'zod';
import type { AuditTrail } from '../../../../core/services/audit/ports.ts';
import { MODEL_NAMES } from '../../../../core/services/intelligence/ports.ts';
import type { App } from '../../app.ts';
import { type Access, identityOf } from '../../authentication.ts';
import { HttpProblem } from '../../problem.ts';
import type { Intelligence } from './deps.ts';
import { modelsAnswer } from './model-answers.ts';

const tags = ['admin'];
const params = z.object({ name: z.enum(MODEL_NAMES, `must be one of ${MODEL_NAMES.join(', ')}`) });

/** The models: what serves, what it is worth, and what admins may do with it. */
export function modelRoutes(
  app: App,
  {
    intelligence,
    audit,
    access,
  }: {
    readonly intelligence: Pick<Intelligence, 'registry' | 'queue' | 'models' | 'exposures'>;
    readonly audit: AuditTrail;
    readonly access: Access;
  },
): void {
  const { registry, queue, models, exposures } = intelligence;
  const all = async () => {
    const status = await registry.status();
    return models.flatMap((described) => {
      const own = status.find(({ name }) => name === described.name);
      return own === undefined ? [] : [{ ...own, ...described }];
    });
  };
  const one = async (name: string) => {
    const found = (await all()).find((each) => each.name === name);
    if (found === undefined) throw new HttpProblem(404, 'unknown_model', `name: ${name} does not serve here`);
    return found;
  };

  app.get(
    '/api/admin/models',
    {
      onRequest: access.admin,
      schema: {
        tags,
        summary:
          'Each model: what it does and learns from, its versions with their grades, drift, how it did lately, training, switch',
        response: { 200: modelsAnswer },
      },
    },
    async () => ({ items: await all() }),
  );

  app.get(
    '/api/admin/models/recommendations/outcomes',
    {
      onRequest: access.admin,
      schema: {
        tags,
        summary:
          'What was recommended in four weeks and ordered within a week: as ranked, and drawn for comparison',
      },
    },
    async () => ({ items: await exposures.outcomes() }),
  );

  app.post(
    '/api/admin/models/:name/trainings',
    {
      onRequest: access.admin,
      schema: { tags, summary: 'Has the model trained as soon as may be; once if asked for again', params },
    },
    async (request, reply) => {
      const { name } = request.params;
      const by = identityOf(request).user.id;
      if (!(await one(name)).trained) {
        throw new HttpProblem(409, 'nothing_to_train', `name: ${name} learns while it serves`);
      }
      await audit.record({ by, action: 'model.train', subject: { kind: 'model', id: name } });
      await queue.ask([name], by);
      return reply.code(202).send(await one(name));
    },
  );

  app.put(
    '/api/admin/models/:name',
    {
      onRequest: access.admin,
      schema: {
        tags,
        summary: 'Switches the model on or off, within seconds in every process',
        params,
        body: z.object({ enabled: z.boolean('must be true or false') }),
      },
    },
    async (request) => {
      const { name } = request.params;
      const { enabled } = request.body;
      const by = identityOf(request).user.id;
      await one(name);
      await audit.record({
        by,
        action: 'model.switch',
        subject: { kind: 'model', id: name },
        detail: { enabled },
      });
      await registry.switchTo(name, enabled, by);
      return one(name);
    },
  );
}

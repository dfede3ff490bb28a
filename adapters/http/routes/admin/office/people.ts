import { z } from 'zod';
import { ROLES } from '../../../../../core/services/accounts/ports.ts';
import type { App } from '../../../app.ts';
import { identityOf } from '../../../authentication.ts';
import { cursor, id, text, wholeNumber } from '../../../schemas.ts';
import { given } from '../../orders.ts';
import type { OfficeRoutesDeps } from './deps.ts';

const LIMIT_DEFAULT = 50;

/** People with an account: who may do what, who may come in at all. */
export function peopleRoutes(app: App, { office, audit, access }: OfficeRoutesDeps): void {
  const { people } = office;
  const admin = { onRequest: access.admin };
  const tags = ['admin'];
  const params = z.object({ id });
  const role = z.enum(ROLES, `must be one of ${ROLES.join(', ')}`);
  const reason = text(1, 500);

  app.get(
    '/api/admin/users',
    {
      ...admin,
      schema: {
        tags,
        summary: 'Accounts, the newest first; q: part of a name or an e-mail address',
        querystring: z.object({
          q: text(1, 100).optional(),
          role: role.optional(),
          disabled: z.enum(['true', 'false'], 'must be true or false').optional(),
          limit: wholeNumber(1, 100).optional(),
          cursor: cursor.optional(),
        }),
      },
    },
    async (request) => {
      const { q, disabled, limit = LIMIT_DEFAULT, ...rest } = request.query;
      const isDisabled = disabled === undefined ? undefined : disabled === 'true';
      return people.list({ ...given({ ...rest, words: q, disabled: isDisabled }), limit });
    },
  );

  app.put(
    '/api/admin/users/:id/role',
    {
      ...admin,
      schema: {
        tags,
        summary: 'What somebody may do; holds everywhere within 5 s. One admin always stays',
        params,
        body: z.object({ role, reason }),
      },
    },
    async (request) => {
      const { id: userId } = request.params;
      const before = (await people.find(userId)).role;
      await audit.record({
        by: identityOf(request).user.id,
        action: 'user.role',
        subject: { kind: 'user', id: userId },
        reason: request.body.reason,
        detail: { before, role: request.body.role },
      });
      return people.setRole(userId, request.body.role);
    },
  );

  const changes = {
    disable: 'Switches the account off: its sessions end within 5 s, and nobody can sign in',
    enable: 'Switches the account on again',
    'end-sessions': 'Signs them out everywhere within 5 s',
  } as const;
  for (const [change, summary] of Object.entries(changes)) {
    app.post(
      `/api/admin/users/:id/${change}`,
      { ...admin, schema: { tags, summary, params, body: z.object({ reason }) } },
      async (request) => {
        const { id: userId } = request.params;
        const by = identityOf(request).user.id;
        await people.find(userId);
        await audit.record({
          by,
          action: `user.${change}`,
          subject: { kind: 'user', id: userId },
          reason: request.body.reason,
        });
        if (change === 'disable') return people.disable(userId, by);
        return change === 'enable' ? people.enable(userId) : people.endSessions(userId);
      },
    );
  }
}

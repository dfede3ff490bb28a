import { z } from 'zod';
import type { AddressDraft } from '../../../../core/services/accounts/addresses.ts';
import type { App } from '../../app.ts';
import { identityOf } from '../../authentication.ts';
import { address, id, text } from '../../schemas.ts';
import { type AccountRoutesDeps, tags } from './deps.ts';

const params = z.object({ id });
/** An empty label is none. */
const body = address.extend({ label: text(0, 60).optional(), isDefault: z.boolean().default(false) });

/** The addresses a user keeps; in an order an address is copied, so what happens here changes no parcel. */
export function addressRoutes(app: App, { addresses, access }: AccountRoutesDeps): void {
  app.get(
    '/api/auth/addresses',
    { onRequest: access.user, schema: { tags, summary: 'Your addresses, the default first' } },
    async (request) => ({ items: await addresses.list(identityOf(request).user.id) }),
  );

  app.post(
    '/api/auth/addresses',
    {
      onRequest: access.user,
      schema: { tags, summary: 'Keeps an address; the first one becomes the default', body },
    },
    async (request, reply) => {
      const kept = await addresses.add(identityOf(request).user.id, draftOf(request.body));
      return reply.code(201).send(kept);
    },
  );

  app.put(
    '/api/auth/addresses/:id',
    {
      onRequest: access.user,
      schema: {
        tags,
        summary: 'Replaces an address; the default stays it until another one is made so',
        params,
        body,
      },
    },
    (request) => addresses.replace(identityOf(request).user.id, request.params.id, draftOf(request.body)),
  );

  app.delete(
    '/api/auth/addresses/:id',
    {
      onRequest: access.user,
      schema: { tags, summary: 'Drops an address; the newest takes the place of the default', params },
    },
    async (request, reply) => {
      await addresses.remove(identityOf(request).user.id, request.params.id);
      return reply.code(204).send();
    },
  );
}

function draftOf({ label, ...draft }: z.output<typeof body>): AddressDraft {
  return label === undefined || label === '' ? draft : { ...draft, label };
}

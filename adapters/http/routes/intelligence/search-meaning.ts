import type { App } from '../../app.ts';
import type { Access } from '../../authentication.ts';
import type { ServerDeps } from '../../deps.ts';

/** How far the vectors have come by which searches find what they mean. */
export function searchMeaningRoutes(
  app: App,
  { searchMeaning, access }: Pick<ServerDeps, 'searchMeaning'> & { readonly access: Access },
): void {
  app.get(
    '/api/admin/models/search/meaning',
    {
      onRequest: access.admin,
      schema: {
        tags: ['admin'],
        summary:
          'How many products have a vector of the language model, and whether it answers; null: none is used',
      },
    },
    async () => ({ meaning: (await searchMeaning?.meaning()) ?? null }),
  );
}

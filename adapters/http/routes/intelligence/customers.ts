import { z } from 'zod';
import type { App } from '../../app.ts';
import type { Access } from '../../authentication.ts';
import { wholeNumber } from '../../schemas.ts';
import type { Intelligence } from './deps.ts';

const LIMIT_DEFAULT = 20;
const LIMIT_MAX = 100;

/** Customers by what they are expected to do; without a model there are none to tell of. */
export function customerRoutes(
  app: App,
  {
    intelligence,
    access,
  }: { readonly intelligence: Pick<Intelligence, 'customers'>; readonly access: Access },
): void {
  app.get(
    '/api/analytics/customers',
    {
      onRequest: access.admin,
      schema: {
        tags: ['intelligence'],
        summary:
          'Customers by segment with what they are expected to buy, and the most valuable of those who may be leaving; degraded while no model serves',
        querystring: z.object({ limit: wholeNumber(1, LIMIT_MAX).optional() }),
      },
    },
    async (request) => {
      const served = intelligence.customers.model();
      if (served === undefined)
        return {
          degraded: true,
          model: 'none',
          asOf: null,
          customers: 0,
          weeks: 0,
          segments: [],
          atRisk: [],
        };
      const { kind, atRisk, ...known } = served.opened;
      const shown = atRisk.slice(0, request.query.limit ?? LIMIT_DEFAULT);
      // Who has left for good is forgotten by name before the next training forgets the rest.
      const names = await intelligence.customers.names(shown.map(({ userId }) => userId));
      return {
        degraded: false,
        model: kind,
        ...known,
        atRisk: shown.flatMap((each) => {
          const person = names.get(each.userId);
          return person === undefined ? [] : [{ ...each, ...person }];
        }),
      };
    },
  );
}

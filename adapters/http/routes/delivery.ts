import { z } from 'zod';
import type { Addresses } from '../../../core/services/accounts/addresses.ts';
import { DEFAULT_COUNTRY } from '../../../core/services/shipping/estimate.ts';
import type { DeliveryEstimates } from '../../../core/services/shipping/ports.ts';
import type { App } from '../app.ts';
import type { Access } from '../authentication.ts';
import { text } from '../schemas.ts';

export interface DeliveryRoutesDeps {
  readonly delivery: DeliveryEstimates;
  readonly addresses: Pick<Addresses, 'list'>;
  readonly access: Access;
}

/** When a parcel ordered now would arrive: in the country asked for, else where the shopper's parcels go. */
export function deliveryRoute(app: App, { delivery, addresses, access }: DeliveryRoutesDeps): void {
  app.get(
    '/api/shipping/estimate',
    {
      onRequest: access.anyone,
      schema: {
        tags: ['shipping'],
        summary: `When a parcel ordered now would arrive; without a country, at your default address, else in ${DEFAULT_COUNTRY}`,
        querystring: z.object({ country: text(2, 60).optional() }),
      },
    },
    async (request) => {
      const { country } = request.query;
      if (country !== undefined) return delivery.estimate(country);
      const userId = request.identity?.user.id;
      const [home] = userId === undefined ? [] : await addresses.list(userId);
      return delivery.estimate(home?.country ?? DEFAULT_COUNTRY);
    },
  );
}

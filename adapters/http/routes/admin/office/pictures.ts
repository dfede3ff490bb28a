import { z } from 'zod';
import {
  PICTURE_BYTES_MAX,
  PICTURE_EDGE_MAX,
  pictureFacts,
} from '../../../../../core/services/catalog/picture-file.ts';
import type { Picture } from '../../../../../core/services/catalog/keeping.ts';
import type { App } from '../../../app.ts';
import { identityOf } from '../../../authentication.ts';
import { HttpProblem, invalidFields } from '../../../problem.ts';
import { id } from '../../../schemas.ts';
import type { OfficeRoutesDeps } from './deps.ts';

const TYPES = ['image/png', 'image/jpeg', 'image/webp'];

/** A product's picture: uploaded, or the drawn one again. */
export function pictureRoutes(app: App, deps: OfficeRoutesDeps): void {
  const { office, audit, access } = deps;
  const params = z.object({ id });
  // Bodies other than JSON are taken within this scope alone.
  void app.register((scope: App, _options, done) => {
    scope.addContentTypeParser(
      TYPES,
      { parseAs: 'buffer', bodyLimit: PICTURE_BYTES_MAX },
      (_request, body, parsed) => {
        parsed(null, body);
      },
    );
    scope.put(
      '/api/admin/products/:id/picture',
      {
        onRequest: access.admin,
        bodyLimit: PICTURE_BYTES_MAX,
        schema: {
          tags: ['admin'],
          summary:
            'A PNG, JPEG or WebP of at most 1 MiB and 4,096 pixels an edge; what it is, its content says',
          params,
          consumes: TYPES,
        },
      },
      async (request) => {
        const picture = pictureOf(request.body);
        const productId = request.params.id;
        await audit.record({
          by: identityOf(request).user.id,
          action: 'product.picture',
          subject: { kind: 'product', id: productId },
          detail: { type: picture.type, bytes: picture.bytes.byteLength },
        });
        return office.keeping.setPicture(productId, picture);
      },
    );
    done();
  });

  app.delete(
    '/api/admin/products/:id/picture',
    { onRequest: access.admin, schema: { tags: ['admin'], summary: 'The drawn picture again', params } },
    async (request) => {
      const productId = request.params.id;
      await audit.record({
        by: identityOf(request).user.id,
        action: 'product.picture.remove',
        subject: { kind: 'product', id: productId },
      });
      return office.keeping.removePicture(productId);
    },
  );
}

function pictureOf(body: unknown): Picture {
  if (!Buffer.isBuffer(body)) {
    throw new HttpProblem(415, 'unsupported_media_type', `the picture must be sent as ${TYPES.join(', ')}`);
  }
  const facts = pictureFacts(body);
  if (facts === undefined) throw invalidFields([{ path: 'picture', message: 'is no PNG, JPEG or WebP' }]);
  const edge = Math.max(facts.width, facts.height);
  if (edge > PICTURE_EDGE_MAX || Math.min(facts.width, facts.height) === 0) {
    const message = `must have 1 to ${String(PICTURE_EDGE_MAX)} pixels an edge`;
    throw invalidFields([{ path: 'picture', message }]);
  }
  return { type: facts.type, bytes: body };
}

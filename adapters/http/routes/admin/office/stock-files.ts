import { Readable } from 'node:stream';
import { z } from 'zod';
import { OrreryError } from '../../../../../core/kernel/errors.ts';
import type { StockFilter } from '../../../../../core/services/inventory/board.ts';
import { csvRow } from '../../../../../core/services/inventory/csv.ts';
import { IMPORT_BYTES_MAX } from '../../../../../core/services/inventory/import-lines.ts';
import { IMPORT_FILTERS } from '../../../../../core/services/inventory/stock-import.ts';
import type { App } from '../../../app.ts';
import { identityOf } from '../../../authentication.ts';
import { HttpProblem } from '../../../problem.ts';
import { cursor, id, text, wholeNumber } from '../../../schemas.ts';
import { given } from '../../orders.ts';
import type { OfficeRoutesDeps, ShopOffice } from './deps.ts';
import { stockFilter, stockQuery } from './stock.ts';

/** SKUs read at a time while a file is written. */
const EXPORTED_AT_ONCE = 500;
const LINES_DEFAULT = 100;
const IMPORTS_SHOWN = 20;
const HEAD = ['sku', 'product', 'warehouse', 'on_hand', 'reserved', 'available', 'threshold'];

/** Stock as files: one out, and one in, in two steps. */
export function stockFileRoutes(app: App, deps: OfficeRoutesDeps): void {
  exportRoute(app, deps);
  // Bodies other than JSON are taken within this scope alone.
  void app.register((scope: App, _options, done) => {
    scope.addContentTypeParser(
      'text/csv',
      { parseAs: 'buffer', bodyLimit: IMPORT_BYTES_MAX },
      (_request, body, parsed) => {
        parsed(null, body);
      },
    );
    previewRoute(scope, deps);
    done();
  });
  importRoutes(app, deps);
}

function exportRoute(app: App, { office, access }: OfficeRoutesDeps): void {
  app.get(
    '/api/admin/inventory/export',
    {
      onRequest: access.admin,
      schema: {
        tags: ['admin'],
        summary: 'Stock as CSV, a line per SKU and warehouse; counts can be changed in it and imported again',
        querystring: stockQuery,
      },
    },
    async (request, reply) => {
      const filter = await stockFilter(office, request.query);
      const day = new Date().toISOString().slice(0, 10);
      return reply
        .header('content-disposition', `attachment; filename="stock-${day}.csv"`)
        .header('cache-control', 'no-store')
        .type('text/csv; charset=utf-8')
        .send(Readable.from(exported(office, filter)));
    },
  );
}

async function* exported(
  { board, keeping }: ShopOffice,
  filter: Omit<StockFilter, 'limit' | 'cursor'>,
): AsyncGenerator<string> {
  yield csvRow(HEAD);
  for (let after: string | null | undefined; after !== null;) {
    const page = await board.list({ ...filter, limit: EXPORTED_AT_ONCE, ...given({ cursor: after }) });
    const products = await keeping.bySku(page.items.map(({ sku }) => sku));
    yield page.items
      .flatMap(({ sku, threshold, warehouses }) =>
        warehouses.map((level) =>
          csvRow([
            sku,
            products.get(sku)?.name ?? '',
            level.id,
            level.onHand,
            level.reserved,
            level.available,
            threshold,
          ]),
        ),
      )
      .join('');
    after = page.nextCursor;
  }
}

function previewRoute(app: App, { office, access }: OfficeRoutesDeps): void {
  app.post(
    '/api/admin/inventory/imports',
    {
      onRequest: access.admin,
      bodyLimit: IMPORT_BYTES_MAX,
      schema: {
        tags: ['admin'],
        summary:
          'Previews a CSV file (text/csv) with the columns sku, warehouse and on_hand or change: at most 5,000 lines, 1 MiB',
        consumes: ['text/csv'],
      },
    },
    async (request, reply) => {
      const made = await office.imports.preview(textOf(request.body), identityOf(request).user.id);
      return reply.code(201).send(made);
    },
  );
}

function textOf(body: unknown): string {
  if (!Buffer.isBuffer(body)) {
    throw new HttpProblem(415, 'unsupported_media_type', 'the file must be sent with Content-Type: text/csv');
  }
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body);
  } catch {
    throw new OrreryError('bad_csv', 'file: it is not UTF-8; save it as "CSV UTF-8"');
  }
}

function importRoutes(app: App, { office, audit, access }: OfficeRoutesDeps): void {
  const { imports } = office;
  const params = z.object({ id });
  const admin = { onRequest: access.admin };
  const tags = ['admin'];

  app.get('/api/admin/inventory/imports', { ...admin, schema: { tags } }, async () => ({
    items: await imports.list(IMPORTS_SHOWN),
  }));

  app.get('/api/admin/inventory/imports/:id', { ...admin, schema: { tags, params } }, async (request) =>
    imports.find(request.params.id),
  );

  app.get(
    '/api/admin/inventory/imports/:id/lines',
    {
      ...admin,
      schema: {
        tags,
        summary: 'Its lines: what each would change, what is wrong with it, what became of it',
        params,
        querystring: z.object({
          show: z.enum(IMPORT_FILTERS, `must be one of ${IMPORT_FILTERS.join(', ')}`).optional(),
          limit: wholeNumber(1, 500).optional(),
          cursor: cursor.optional(),
        }),
      },
    },
    async (request) => {
      const { show = 'all', limit = LINES_DEFAULT, ...page } = request.query;
      return imports.lines(request.params.id, { show, limit, ...given(page) });
    },
  );

  app.post(
    '/api/admin/inventory/imports/:id/apply',
    {
      ...admin,
      schema: {
        tags,
        summary: 'Makes the changes of its good lines, each once however often this is called',
        params,
        body: z.object({ reason: text(1, 400) }),
      },
    },
    async (request, reply) => {
      const by = identityOf(request).user.id;
      const { reason } = request.body;
      const { id: importId, changes } = await imports.find(request.params.id);
      await audit.record({
        by,
        action: 'inventory.import',
        subject: { kind: 'import', id: importId },
        reason,
        detail: { changes },
      });
      return reply.code(202).send(await imports.apply(importId, by, reason));
    },
  );
}

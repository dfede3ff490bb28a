import type { FastifyInstance } from 'fastify';
import { HttpProblem } from './problem.ts';
import './request.ts';

/**
 * JSON bodies: kept as sent for fingerprints, refused when they are not UTF-8, and absent when empty, because many
 * clients announce JSON and send nothing.
 */
export function acceptJson(app: FastifyInstance): void {
  const parse = app.getDefaultJsonParser('error', 'error');
  const utf8 = new TextDecoder('utf-8', { fatal: true });
  app.decorateRequest('rawBody', null);
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, body, done) => {
    const bytes = Buffer.isBuffer(body) ? body : Buffer.from(body);
    request.rawBody = bytes;
    if (bytes.length === 0) {
      done(null, undefined);
      return;
    }
    let text: string;
    try {
      text = utf8.decode(bytes);
    } catch {
      done(new HttpProblem(400, 'malformed_json', 'the body is not valid UTF-8'), undefined);
      return;
    }
    // The default parser calls back at once; what it returns is for promise-style parsers.
    void parse(request, text, done);
  });
}

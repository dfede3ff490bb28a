import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { App } from './app.ts';
import { HttpProblem, pathOf, sendProblem } from './problem.ts';

interface KnownRoute {
  readonly pattern: RegExp;
  readonly methods: Set<string>;
}

/**
 * Answers what no route takes: 405 when another method would be taken, the UI's page for its own addresses, 404
 * else. Must be called before the routes are registered.
 */
export function answerMissingRoutes(app: App, uiFolder: string | undefined): void {
  const routes = new Map<string, KnownRoute>();
  app.addHook('onRoute', ({ url, method }) => {
    // The UI's files are no addresses that anything could be sent to.
    if (url.endsWith('*')) return;
    const route = routes.get(url) ?? { pattern: patternOf(url), methods: new Set<string>() };
    for (const name of Array.isArray(method) ? method : [method]) route.methods.add(name);
    routes.set(url, route);
  });
  app.setNotFoundHandler(async (request, reply) => {
    const path = pathOf(request.url);
    const allowed = [...routes.values()].flatMap(({ pattern, methods }) =>
      pattern.test(path) ? [...methods] : [],
    );
    if (allowed.length > 0 && !allowed.includes(request.method)) {
      const allow = [...new Set(allowed)].join(', ');
      const detail = `this address takes ${allow}`;
      return sendProblem(
        new HttpProblem(405, 'method_not_allowed', detail, { headers: { allow } }),
        request,
        reply,
      );
    }
    if (uiFolder !== undefined && isPage(request, path)) return sendPage(uiFolder, reply);
    return sendProblem(new HttpProblem(404, 'unknown_route', `there is nothing at ${path}`), request, reply);
  });
}

function patternOf(url: string): RegExp {
  const steps = url.split('/').map((step) => (step.startsWith(':') ? '[^/]+' : step.replaceAll('.', '\\.')));
  return new RegExp(`^${steps.join('/')}/?$`);
}

/** The UI routes in the browser, so every address that is not the API's is its page. */
function isPage(request: FastifyRequest, path: string): boolean {
  const isRead = request.method === 'GET' || request.method === 'HEAD';
  const isApi = path === '/api' || path.startsWith('/api/');
  return (
    isRead && !isApi && !path.startsWith('/assets/') && (request.headers.accept ?? '').includes('text/html')
  );
}

async function sendPage(uiFolder: string, reply: FastifyReply): Promise<FastifyReply> {
  const page = await readFile(join(uiFolder, 'index.html'));
  return reply.header('cache-control', 'no-cache').type('text/html; charset=utf-8').send(page);
}

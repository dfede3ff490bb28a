import { existsSync } from 'node:fs';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { App } from './app.ts';

/** Serves the built UI. Files under /assets have their hash in the name and never change. */
export async function serveUi(app: App, uiFolder: string): Promise<void> {
  if (!existsSync(join(uiFolder, 'index.html'))) {
    app.log.warn({ uiFolder }, 'the UI is not built: only the API is served');
    return;
  }
  await app.register(fastifyStatic, {
    root: uiFolder,
    cacheControl: false,
    setHeaders: (response, path) => {
      const isHashed = path.includes('/assets/');
      void response.header('cache-control', isHashed ? 'public, max-age=31536000, immutable' : 'no-cache');
    },
  });
}

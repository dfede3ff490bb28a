import type { App } from './app.ts';
import { HttpProblem } from './problem.ts';

/** By then another gateway, or the next start of this one, is there. */
const RETRY_AFTER_SECONDS = 1;

/** What still arrives while the server stops is told to come back, and finds a new connection then. */
export function refuseWhileStopping(app: App): void {
  let stopping = false;
  app.addHook('preClose', (done) => {
    stopping = true;
    done();
  });
  app.addHook('onRequest', (_request, reply, done) => {
    if (!stopping) {
      done();
      return;
    }
    void reply.header('connection', 'close');
    done(
      new HttpProblem(503, 'stopping', 'this server is stopping, please try again in a moment', {
        headers: { 'retry-after': String(RETRY_AFTER_SECONDS) },
      }),
    );
  });
}

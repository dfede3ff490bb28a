import type { FastifyInstance } from 'fastify';
import type {} from '@fastify/websocket';
import { CLOSE } from './protocol.ts';

/** How long a client may take to say goodbye before its connection is cut. */
const GOODBYE_MS = 1_000;

/** Ends all sockets when the server stops; the port is free only once the last one is gone. */
export function closeSockets(this: FastifyInstance, done: () => void): void {
  const { websocketServer } = this;
  for (const client of websocketServer.clients) client.close(CLOSE.goingAway, 'the server stops');
  const cut = setTimeout(() => {
    for (const client of websocketServer.clients) client.terminate();
  }, GOODBYE_MS);
  websocketServer.close(() => {
    clearTimeout(cut);
    done();
  });
}

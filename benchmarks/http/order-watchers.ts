import { once } from 'node:events';
import { WebSocket } from 'ws';
import { z } from 'zod';
import { wallMs } from './checkouts.ts';

/** Sockets that are opened at the same time. */
const OPENED_AT_ONCE = 50;

const update = z.object({
  topic: z.string().optional(),
  cursor: z.number().optional(),
  type: z.string(),
  code: z.string().optional(),
});

/** An update of an order as it reached its watcher; `atMs` since the epoch. */
export interface Seen {
  readonly orderId: string;
  /** Seq of the log entry. */
  readonly seq: number;
  readonly atMs: number;
}

/** Owns: sockets, each of which watches one order, and what they were told. */
export class OrderWatchers {
  readonly seen: Seen[] = [];
  /** What sockets were refused, and how they ended before their time. */
  readonly failures: string[] = [];
  readonly #sockets: WebSocket[] = [];
  #closing = false;

  /** Opens a signed-in socket for each token; resolves once all are open. */
  async open(url: string, tokens: readonly string[]): Promise<void> {
    for (let start = 0; start < tokens.length; start += OPENED_AT_ONCE) {
      const opened = tokens.slice(start, start + OPENED_AT_ONCE).map((token) => this.#connect(url, token));
      this.#sockets.push(...(await Promise.all(opened)));
    }
  }

  /** The socket of that number watches this order, and no other from now on. */
  watch(socket: number, orderId: string): void {
    this.#sockets[socket]?.send(JSON.stringify({ subscribe: `order:${orderId}`, after: 0 }));
  }

  close(): void {
    this.#closing = true;
    for (const socket of this.#sockets) socket.close();
  }

  async #connect(url: string, token: string): Promise<WebSocket> {
    const address = new URL('/api/live', url.replace(/^http/, 'ws'));
    address.searchParams.set('token', token);
    const socket = new WebSocket(address);
    socket.on('message', (data: Buffer) => {
      const atMs = wallMs();
      const { topic, cursor, type, code } = update.parse(JSON.parse(data.toString()));
      if (type === 'error') this.failures.push(code ?? type);
      else if (topic !== undefined && cursor !== undefined && type !== 'snapshot')
        this.seen.push({ orderId: topic.slice('order:'.length), seq: cursor, atMs });
    });
    socket.on('close', (code) => {
      if (!this.#closing) this.failures.push(`closed with ${String(code)}`);
    });
    socket.on('error', ({ message }) => this.failures.push(message));
    await once(socket, 'open');
    return socket;
  }
}

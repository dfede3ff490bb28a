import type { WebSocket } from '@fastify/websocket';
import { errorMessage } from '../../../core/kernel/errors.ts';
import type { Logger } from '../../../core/kernel/logger.ts';
import type { Accounts, Identity } from '../../../core/services/accounts/ports.ts';
import {
  clientMessage,
  CLOSE,
  type ClientMessage,
  type LiveCursor,
  type LiveError,
  type LiveUpdate,
} from './protocol.ts';
import type { TopicSource } from './topics.ts';

/** Topics of one socket: a page shows a few, a dashboard a few dozen. */
const SUBSCRIPTIONS_MAX = 100;
/** Bytes waiting for a client that does not read; beyond it the client catches up by connecting again. */
const BUFFERED_BYTES_MAX = 1024 * 1024;
/** Messages a client may send in one period; also bounds those that wait for their turn. */
const MESSAGES_MAX = 200;
const MESSAGES_PERIOD_MS = 10_000;
/** A socket that does not say who it is. */
const AUTHENTICATE_MS_MAX = 10_000;

export interface LiveSocketDeps {
  readonly accounts: Pick<Accounts, 'authenticate'>;
  readonly sources: readonly TopicSource[];
  readonly logger: Logger;
}

/**
 * One client's connection.
 *
 * Owns: its subscriptions, its identity, its bounds. Does not own: what topics say (TopicSource).
 * I1: messages of a client are handled one after the other. I2: nothing is sent before the client is known.
 * I3: whoever reads too slowly is cut off with a reason instead of filling our memory.
 */
export class LiveSocket {
  readonly #socket: WebSocket;
  readonly #deps: LiveSocketDeps;
  readonly #subscriptions = new Map<string, { stop: () => void }>();
  readonly #anonymousTimer: NodeJS.Timeout;
  #token: string | undefined;
  #identity: Identity | undefined;
  #turn: Promise<void> = Promise.resolve();
  #messages = 0;
  #periodStartedAt = 0;
  #answersPings = true;
  #closed = false;

  /** `token`: what the client brought along; without one it must authenticate first. */
  constructor(socket: WebSocket, token: string | undefined, deps: LiveSocketDeps) {
    this.#socket = socket;
    this.#deps = deps;
    socket.on('message', (data, isBinary) => {
      this.#receive(isBinary ? '' : bytesOf(data).toString('utf8'));
    });
    socket.on('pong', () => {
      this.#answersPings = true;
    });
    socket.on('close', () => {
      this.#end();
    });
    socket.on('error', (error) => {
      deps.logger.debug({ error: error.message }, 'live socket failed');
    });
    this.#anonymousTimer = setTimeout(() => {
      if (this.#identity === undefined) this.close(CLOSE.policy, 'not authenticated in time');
    }, AUTHENTICATE_MS_MAX);
    if (token !== undefined) this.#inTurn(() => this.#authenticate(token));
  }

  close(code: number, reason: string): void {
    this.#end();
    this.#socket.close(code, reason);
  }

  /** Cuts off a client that did not answer the last ping, else asks again. */
  ping(): void {
    if (!this.#answersPings) {
      this.#end();
      this.#socket.terminate();
      return;
    }
    this.#answersPings = false;
    this.#socket.ping();
  }

  /** A session that ended ends its sockets; so does a change of role, because topics were granted by it. */
  async checkSession(): Promise<void> {
    const token = this.#token;
    const before = this.#identity;
    if (token === undefined || before === undefined || this.#closed) return;
    const now = await this.#deps.accounts.authenticate(token);
    if (now?.user.role !== before.user.role) this.close(CLOSE.sessionEnded, 'the session has ended');
  }

  #receive(text: string): void {
    const now = performance.now();
    if (now - this.#periodStartedAt > MESSAGES_PERIOD_MS) {
      this.#periodStartedAt = now;
      this.#messages = 0;
    }
    this.#messages += 1;
    if (this.#messages > MESSAGES_MAX) {
      this.close(CLOSE.policy, 'too many messages');
      return;
    }
    this.#inTurn(() => this.#handle(text));
  }

  #inTurn(work: () => Promise<void>): void {
    this.#turn = this.#turn.then(async () => {
      if (this.#closed) return;
      try {
        await work();
      } catch (error) {
        this.#deps.logger.warn({ error: errorMessage(error) }, 'a live request failed');
        this.#refuse('unavailable', 'not possible right now, please try again in a moment');
      }
    });
  }

  async #handle(text: string): Promise<void> {
    const message = parse(text);
    if (message === undefined) {
      const expected =
        '{"subscribe": topic, "after"?: cursor}, {"unsubscribe": topic} or {"authenticate": token}';
      this.#refuse('bad_message', `expected JSON: ${expected}`);
    } else if ('authenticate' in message) {
      await this.#authenticate(message.authenticate);
    } else if ('unsubscribe' in message) {
      this.#unsubscribe(message.unsubscribe);
    } else {
      await this.#subscribe(message.subscribe, message.after);
    }
  }

  async #authenticate(token: string): Promise<void> {
    const identity = await this.#deps.accounts.authenticate(token);
    if (identity === undefined) {
      this.#refuse('unauthenticated', 'the token is not valid, or its session has ended');
      return;
    }
    if (this.#identity !== undefined && this.#identity.user.id !== identity.user.id) {
      for (const topic of [...this.#subscriptions.keys()]) this.#unsubscribe(topic);
    }
    this.#token = token;
    this.#identity = identity;
    clearTimeout(this.#anonymousTimer);
  }

  async #subscribe(topic: string, after: LiveCursor | undefined): Promise<void> {
    const identity = this.#identity;
    if (identity === undefined) {
      this.#refuse('unauthenticated', 'sign in first: {"authenticate": token}', topic);
      return;
    }
    const source = this.#deps.sources.find(({ prefix }) =>
      prefix.endsWith(':') ? topic.startsWith(prefix) : topic === prefix,
    );
    if (source === undefined) {
      this.#refuse('unknown_topic', 'there is no such topic', topic);
      return;
    }
    // Asking again starts anew from the cursor given.
    this.#unsubscribe(topic);
    if (this.#subscriptions.size >= SUBSCRIPTIONS_MAX) {
      this.#refuse('too_many_topics', `at most ${String(SUBSCRIPTIONS_MAX)} topics on one connection`, topic);
      return;
    }
    let wanted = true;
    const outcome = await source.subscribe(topic, after, {
      identity,
      send: (update) => {
        if (wanted) this.#sendUpdate(topic, update);
      },
    });
    if ('refused' in outcome) {
      this.#refuse(outcome.refused.code, outcome.refused.detail, topic);
      return;
    }
    const stop = () => {
      wanted = false;
      outcome.stop();
    };
    // The client may have gone while the topic was asked.
    if (this.#closed) stop();
    else this.#subscriptions.set(topic, { stop });
  }

  #unsubscribe(topic: string): void {
    this.#subscriptions.get(topic)?.stop();
    this.#subscriptions.delete(topic);
  }

  #sendUpdate(topic: string, { cursor, type, data }: LiveUpdate): void {
    this.#send(JSON.stringify({ topic, cursor, type, data }));
  }

  #refuse(code: string, detail: string, topic?: string): void {
    const error: LiveError = { type: 'error', code, detail, ...(topic === undefined ? {} : { topic }) };
    this.#send(JSON.stringify(error));
  }

  #send(text: string): void {
    if (this.#closed) return;
    if (this.#socket.bufferedAmount > BUFFERED_BYTES_MAX) {
      this.close(CLOSE.tooSlow, 'too slow: connect again and go on after the last cursor');
      // The close frame stands behind what the client does not read.
      this.#socket.terminate();
      return;
    }
    this.#socket.send(text);
  }

  #end(): void {
    if (this.#closed) return;
    this.#closed = true;
    clearTimeout(this.#anonymousTimer);
    for (const { stop } of this.#subscriptions.values()) stop();
    this.#subscriptions.clear();
  }
}

function bytesOf(data: Buffer | ArrayBuffer | Buffer[]): Buffer {
  if (Array.isArray(data)) return Buffer.concat(data);
  return Buffer.isBuffer(data) ? data : Buffer.from(data);
}

function parse(text: string): ClientMessage | undefined {
  try {
    return clientMessage.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

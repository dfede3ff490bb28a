import { createHmac } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/**
 * The part of Stripe's API that the gateway uses, on a local port, with Stripe's rules for idempotency keys: the
 * first answer is remembered, failures of its own included; the same key with other parameters is an error; a
 * conflict while the first request is under way is not remembered. An intent is locked while it is confirmed.
 */
export interface Intent {
  readonly id: string;
  readonly object: 'payment_intent';
  readonly amount: number;
  readonly currency: string;
  readonly metadata: Readonly<Record<string, string>>;
  status: string;
  amount_received: number;
  last_payment_error: object | null;
  cancellation_reason: string | null;
  next_action: object | null;
}

export interface Refund {
  readonly id: string;
  readonly object: 'refund';
  readonly amount: number;
  readonly payment_intent: string;
  status: string;
  failure_reason?: string;
}

/** What happens to one request: it is answered late, not at all, or with a failure. */
export interface Fault {
  readonly delayMs?: number;
  /** `before`: it has no effect; `after`: it takes effect all the same; `late`: nothing is wrong but the delay. */
  readonly at: 'before' | 'after' | 'late';
  /** Absent: the connection is cut. */
  readonly status?: number;
}

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

interface Request {
  readonly method: string;
  readonly path: string;
  readonly params: URLSearchParams;
  readonly key: string | undefined;
}

class Refused extends Error {
  readonly status: number;
  readonly body: object;

  constructor(status: number, error: Readonly<Record<string, unknown>>) {
    super(String(error['message'] ?? error['code']));
    this.status = status;
    this.body = { error: { message: this.message, ...error } };
  }
}

/** What Stripe's test cards do. */
const DECLINES: Readonly<Record<string, { code: string; decline_code?: string }>> = {
  pm_card_chargeDeclined: { code: 'card_declined', decline_code: 'generic_decline' },
  tok_chargeDeclinedInsufficientFunds: { code: 'card_declined', decline_code: 'insufficient_funds' },
  pm_card_chargeDeclinedExpiredCard: { code: 'expired_card' },
  pm_card_authenticationRequired: {
    code: 'authentication_required',
    decline_code: 'authentication_required',
  },
};
const APPROVED: ReadonlySet<string> = new Set(['pm_card_visa', 'tok_visa']);

export class StripeServer {
  readonly secretKey = 'sk_test_orrery';
  readonly intents = new Map<string, Intent>();
  readonly refunds = new Map<string, Refund>();
  /** `POST /v1/payment_intents/pi_1/confirm` and so on, in order of arrival. */
  readonly requests: string[] = [];
  /** Intents that the search does not find yet. */
  readonly unsearchable = new Set<string>();
  /** Status of refunds that are made from now on. */
  refundStatus = 'succeeded';
  /** How long the bank thinks about a card, milliseconds. */
  bankMs = 0;
  readonly #faults: { readonly path: RegExp; readonly fault: Fault }[] = [];
  readonly #remembered = new Map<string, { readonly request: string; answer: Answer | undefined }>();
  readonly #locked = new Set<string>();
  readonly #server = createServer((request, response) => {
    void this.#serve(request, response);
  });
  #ids = 0;

  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${String((this.#server.address() as AddressInfo).port)}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise<void>((resolve) => {
      this.#server.close(() => {
        resolve();
      });
    });
  }

  /** The next request whose `METHOD /path` fits meets the fault. */
  next(path: RegExp, fault: Fault): void {
    this.#faults.push({ path, fault });
  }

  /** A day has passed. */
  forgetKeys(): void {
    this.#remembered.clear();
  }

  /** Money taken and not given back. */
  get heldCents(): number {
    return this.#heldCents([...this.intents.values()]);
  }

  /** Of that, what was taken under one charge key. */
  heldCentsOf(chargeKey: string): number {
    return this.#heldCents(
      [...this.intents.values()].filter(({ metadata }) => metadata['chargeKey'] === chargeKey),
    );
  }

  #heldCents(intents: readonly Intent[]): number {
    const ids = new Set(intents.map(({ id }) => id));
    const taken = intents.reduce((sum, { amount_received: cents }) => sum + cents, 0);
    const back = [...this.refunds.values()].filter(
      ({ status, payment_intent: id }) => status === 'succeeded' && ids.has(id),
    );
    return taken - back.reduce((sum, { amount }) => sum + amount, 0);
  }

  async #serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const request = await readRequest(incoming);
    const name = `${request.method} ${request.path}`;
    this.requests.push(name);
    const at = this.#faults.findIndex(({ path }) => path.test(name));
    const fault = at < 0 ? undefined : this.#faults.splice(at, 1)[0]?.fault;
    if (fault?.at === 'before' && fault.status === undefined) {
      incoming.socket.destroy();
      return;
    }
    const authorized = incoming.headers.authorization === `Bearer ${this.secretKey}`;
    const { answer, replayed } = authorized
      ? await this.#answer(request, fault)
      : { answer: unauthorized(), replayed: false };
    if (fault?.delayMs !== undefined) await pause(fault.delayMs);
    if (fault?.at === 'after' && fault.status === undefined) {
      incoming.socket.destroy();
      return;
    }
    response.writeHead(answer.status, {
      'content-type': 'application/json',
      'request-id': `req_${String(this.requests.length)}`,
      ...(replayed ? { 'idempotent-replayed': 'true' } : {}),
    });
    response.end(JSON.stringify(answer.body));
  }

  async #answer(
    request: Request,
    fault: Fault | undefined,
  ): Promise<{ readonly answer: Answer; readonly replayed: boolean }> {
    const fresh = async (): Promise<Answer> => {
      if (fault?.status === undefined) return await this.#perform(request);
      if (fault.at === 'after') await this.#perform(request);
      return { status: fault.status, body: { error: { type: 'api_error', message: 'our trouble' } } };
    };
    if (request.key === undefined) return { answer: await fresh(), replayed: false };
    const text = `${request.method} ${request.path} ${request.params.toString()}`;
    const known = this.#remembered.get(request.key);
    if (known !== undefined) {
      if (known.answer === undefined) return { answer: conflict(), replayed: false };
      if (known.request !== text) return { answer: otherParameters(), replayed: false };
      return { answer: known.answer, replayed: true };
    }
    const entry: { readonly request: string; answer: Answer | undefined } = {
      request: text,
      answer: undefined,
    };
    this.#remembered.set(request.key, entry);
    const answer = await fresh();
    // What comes before the execution is not remembered: locks, limits, parameters that make no sense.
    if (answer.status === 429 || answer.status === 400) this.#remembered.delete(request.key);
    else entry.answer = structuredClone(answer);
    return { answer, replayed: false };
  }

  async #perform(request: Request): Promise<Answer> {
    try {
      return { status: 200, body: structuredClone(await this.#execute(request)) };
    } catch (error) {
      if (error instanceof Refused) return { status: error.status, body: error.body };
      throw error;
    }
  }

  async #execute({ method, path, params }: Request): Promise<unknown> {
    const [, , resource, id, action] = path.split('/');
    if (resource === 'refunds') {
      return method === 'GET' ? this.#refundsOf(params.get('payment_intent')) : this.#refund(params);
    }
    if (resource !== 'payment_intents') throw new Refused(404, { type: 'invalid_request_error' });
    if (id === undefined) return this.#create(params);
    if (id === 'search') return this.#search(params.get('query') ?? '');
    const intent = this.intents.get(id);
    if (intent === undefined) throw missing('intent', id);
    if (method === 'GET') return intent;
    if (this.#locked.has(id)) throw new Refused(429, { type: 'invalid_request_error', code: 'lock_timeout' });
    if (action === 'confirm') return await this.#confirm(intent, params);
    if (action === 'cancel') {
      if (intent.status === 'succeeded') throw unexpectedState();
      intent.status = 'canceled';
      intent.cancellation_reason = params.get('cancellation_reason');
    }
    return intent;
  }

  #create(params: URLSearchParams): Intent {
    const amount = Number(params.get('amount'));
    if (amount < 50) throw invalid('amount_too_small', 'amount');
    const intent: Intent = {
      id: this.#newId('pi'),
      object: 'payment_intent',
      amount,
      currency: params.get('currency') ?? '',
      metadata: {
        chargeKey: params.get('metadata[chargeKey]') ?? '',
        orderId: params.get('metadata[orderId]') ?? '',
      },
      status: 'requires_payment_method',
      amount_received: 0,
      last_payment_error: null,
      cancellation_reason: null,
      next_action: null,
    };
    this.intents.set(intent.id, intent);
    return intent;
  }

  #search(query: string): object {
    const key = /^metadata\['chargeKey'\]:'(.*)'$/.exec(query)?.[1]?.replace(/\\(.)/g, '$1');
    const data = [...this.intents.values()].filter(
      ({ id, metadata }) => metadata['chargeKey'] === key && !this.unsearchable.has(id),
    );
    return { object: 'search_result', data, has_more: false, url: '/v1/payment_intents/search' };
  }

  async #confirm(intent: Intent, params: URLSearchParams): Promise<Intent> {
    if (intent.status === 'succeeded' || intent.status === 'canceled') throw unexpectedState();
    const means = params.get('payment_method') ?? params.get('payment_method_data[card][token]') ?? '';
    const decline = DECLINES[means];
    if (decline === undefined && !APPROVED.has(means) && !means.startsWith('pm_then_')) {
      const param = means.startsWith('tok_') ? 'payment_method_data[card][token]' : 'payment_method';
      throw new Refused(404, { type: 'invalid_request_error', code: 'resource_missing', param });
    }
    this.#locked.add(intent.id);
    if (this.bankMs > 0) await pause(this.bankMs);
    this.#locked.delete(intent.id);
    if (decline !== undefined) {
      const error = { type: 'card_error', message: 'Your card was declined.', ...decline };
      intent.last_payment_error = error;
      throw new Refused(402, { ...error, payment_intent: structuredClone(intent) });
    }
    // `pm_then_processing` leaves an intent in that state.
    intent.status = means.startsWith('pm_then_') ? means.slice('pm_then_'.length) : 'succeeded';
    if (intent.status === 'succeeded') intent.amount_received = intent.amount;
    return intent;
  }

  #refundsOf(intentId: string | null): object {
    const data = [...this.refunds.values()].filter(({ payment_intent: id }) => id === intentId).reverse();
    return { object: 'list', data, has_more: false, url: '/v1/refunds' };
  }

  #refund(params: URLSearchParams): Refund {
    const intent = this.intents.get(params.get('payment_intent') ?? '');
    if (intent === undefined) throw missing('payment_intent', 'none');
    const back = [...this.refunds.values()]
      .filter(({ payment_intent: id, status }) => id === intent.id && status !== 'failed')
      .reduce((sum, { amount }) => sum + amount, 0);
    if (back >= intent.amount_received) throw invalid('charge_already_refunded', 'payment_intent');
    const refund: Refund = {
      id: this.#newId('re'),
      object: 'refund',
      amount: intent.amount_received - back,
      payment_intent: intent.id,
      status: this.refundStatus,
      ...(this.refundStatus === 'failed' ? { failure_reason: 'lost_or_stolen_card' } : {}),
    };
    this.refunds.set(refund.id, refund);
    return refund;
  }

  #newId(prefix: string): string {
    this.#ids += 1;
    return `${prefix}_${String(this.#ids)}`;
  }
}

/** The header with which Stripe signs a body (docs.stripe.com/webhooks/signature, "Verify manually"). */
export function signatureOf(body: string, secret: string, atMs: number): string {
  const seconds = String(Math.floor(atMs / 1_000));
  const signature = createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex');
  return `t=${seconds},v1=${signature}`;
}

async function readRequest(incoming: IncomingMessage): Promise<Request> {
  let body = '';
  for await (const chunk of incoming) body += String(chunk);
  const url = new URL(incoming.url ?? '/', 'http://stripe');
  const key = incoming.headers['idempotency-key'];
  return {
    method: incoming.method ?? 'GET',
    path: url.pathname,
    params: incoming.method === 'GET' ? url.searchParams : new URLSearchParams(body),
    // Stripe's client invents a key for each request that has none; keys of ours name an order.
    key: typeof key === 'string' && !key.startsWith('stripe-node-retry-') ? key : undefined,
  };
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

function invalid(code: string, param: string): Refused {
  return new Refused(400, { type: 'invalid_request_error', code, param });
}

function missing(param: string, id: string): Refused {
  return new Refused(404, {
    type: 'invalid_request_error',
    code: 'resource_missing',
    param,
    message: `No such: ${id}`,
  });
}

function unexpectedState(): Refused {
  return new Refused(400, { type: 'invalid_request_error', code: 'payment_intent_unexpected_state' });
}

function conflict(): Answer {
  const error = { type: 'idempotency_error', code: 'idempotency_key_in_use', message: 'in use' };
  return { status: 409, body: { error } };
}

function otherParameters(): Answer {
  return { status: 400, body: { error: { type: 'idempotency_error', message: 'other parameters' } } };
}

function unauthorized(): Answer {
  const error = { type: 'invalid_request_error', message: 'Invalid API Key provided' };
  return { status: 401, body: { error } };
}

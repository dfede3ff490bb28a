import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import Stripe from 'stripe';
import { errorMessage } from '../../core/kernel/errors.ts';

/**
 * Stripe's own client, set up for a caller that repeats by itself.
 *
 * Owns: the connections. Does not own: when something is asked again; a repeat that nobody ordered would outlive the
 * wait of whoever asked.
 */
export interface StripeClient {
  readonly api: Stripe;
  /** Ends idle connections; calls under way end with their answer. */
  close(): void;
}

export interface StripeClientOptions {
  /** `sk_…`, or `rk_…` with the right to read and write PaymentIntents and refunds. */
  readonly secretKey: string;
  /** How long one request may take, milliseconds. */
  readonly requestTimeoutMs?: number;
  /** Whether connections stay open between requests; default true. */
  readonly keepAlive?: boolean;
  /** Where the API is, for tests; default: Stripe's own address. */
  readonly origin?: string;
}

const REQUEST_TIMEOUT_MS = 10_000;

export function createStripeClient(options: StripeClientOptions): StripeClient {
  const origin = options.origin === undefined ? undefined : new URL(options.origin);
  const plain = origin?.protocol === 'http:';
  const { keepAlive = true } = options;
  const agent = plain ? new HttpAgent({ keepAlive }) : new HttpsAgent({ keepAlive });
  const api = new Stripe(options.secretKey, {
    httpClient: withoutRepeats(Stripe.createNodeHttpClient(agent)),
    maxNetworkRetries: 0,
    timeout: options.requestTimeoutMs ?? REQUEST_TIMEOUT_MS,
    telemetry: false,
    ...(origin === undefined
      ? {}
      : { host: origin.hostname, port: origin.port, protocol: plain ? 'http' : 'https' }),
  });
  return {
    api,
    close: () => {
      agent.destroy();
    },
  };
}

/**
 * Stripe's client sends a request again when its connection was closed, however few repeats it is told to make. That
 * repeat might leave after the caller stopped waiting; the error is hidden from it by one without a code.
 */
function withoutRepeats(http: Stripe.HttpClient): Stripe.HttpClient {
  return {
    getClientName: () => http.getClientName(),
    makeRequest: async (...request) => {
      try {
        return await http.makeRequest(...request);
      } catch (error) {
        throw new Error(errorMessage(error), { cause: error });
      }
    },
  };
}

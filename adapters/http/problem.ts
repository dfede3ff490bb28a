import { STATUS_CODES } from 'node:http';
import type { FastifyError, FastifyReply, FastifyRequest, FastifySchemaValidationError } from 'fastify';
import { OrreryError, errorMessage } from '../../core/kernel/errors.ts';
import { TooManyAttempts } from '../../core/services/accounts/attempts.ts';
import { CheckoutRefused, TooManyCheckouts } from '../../core/services/gateway/checkout.ts';
import { QueueRequired } from '../../core/services/gateway/line/turns.ts';

/** One thing that is wrong with the input: where, and what. */
export interface FieldError {
  /** Dots between steps: `items.0.quantity`. */
  readonly path: string;
  readonly message: string;
}

/** An error that already knows its HTTP answer. */
export class HttpProblem extends OrreryError {
  readonly status: number;
  readonly errors: readonly FieldError[];
  readonly headers: Readonly<Record<string, string>>;
  /** Further members of the problem document. */
  readonly members: Readonly<Record<string, unknown>>;

  constructor(
    status: number,
    code: string,
    detail: string,
    more: {
      readonly errors?: readonly FieldError[];
      readonly headers?: Readonly<Record<string, string>>;
      readonly members?: Readonly<Record<string, unknown>>;
    } = {},
  ) {
    super(code, detail, { retryable: status === 429 || status === 503 });
    this.status = status;
    this.errors = more.errors ?? [];
    this.headers = more.headers ?? {};
    this.members = more.members ?? {};
  }
}

/** Told to clients that are refused for now, in seconds, where nothing better is known. */
const RETRY_AFTER_SECONDS = 2;

/** What the services' refusals mean in HTTP. Codes that are not listed: 503 when retryable, else 500. */
const STATUS_OF_CODE: Readonly<Record<string, number>> = {
  account_disabled: 403,
  address_book_full: 409,
  already_handled: 409,
  bad_credentials: 401,
  bad_csv: 400,
  bad_cursor: 400,
  below_reserved: 409,
  already_paused: 409,
  cart_full: 400,
  category_taken: 409,
  demo_needs_simulation: 409,
  demo_running: 409,
  email_taken: 409,
  empty_cart: 400,
  idempotency_mismatch: 422,
  export_too_large: 422,
  last_admin: 409,
  letter_not_waiting: 409,
  no_file: 404,
  not_available: 409,
  no_demo: 409,
  not_in_cart: 404,
  not_possible: 409,
  nothing_waiting: 409,
  order_too_large: 400,
  orders_under_way: 409,
  out_of_stock: 409,
  own_account: 409,
  price_applied: 409,
  price_start: 400,
  quantity_too_large: 400,
  queue_token_invalid: 400,
  reset_token_invalid: 400,
  sale_not_running: 409,
  sale_over: 409,
  sale_overlaps: 409,
  sale_times: 400,
  same_warehouse: 400,
  sku_taken: 409,
  sold_out: 409,
  turn_too_small: 409,
  turn_used: 409,
  unknown_address: 404,
  unknown_letter: 404,
  unknown_job: 404,
  unknown_category: 400,
  unknown_import: 404,
  unknown_line_product: 400,
  unknown_person: 404,
  unknown_price: 404,
  unknown_product: 404,
  unknown_replay: 404,
  unknown_sale: 404,
  unknown_session: 404,
  unknown_sku: 404,
  unknown_user: 401,
  unknown_kind: 400,
  unknown_partition: 400,
  unknown_saga: 404,
  unknown_service: 400,
  unknown_warehouse: 404,
  value_refused: 400,
};

/** Fastify's own refusals, in our words. */
const FASTIFY_PROBLEMS: Readonly<Record<string, { status: number; code: string; detail: string }>> = {
  FST_ERR_CTP_INVALID_JSON_BODY: {
    status: 400,
    code: 'malformed_json',
    detail: 'the body is not valid JSON',
  },
  FST_ERR_CTP_BODY_TOO_LARGE: { status: 413, code: 'body_too_large', detail: 'the body is too large' },
  FST_ERR_CTP_INVALID_MEDIA_TYPE: {
    status: 415,
    code: 'unsupported_media_type',
    detail: 'the body must be sent with Content-Type: application/json',
  },
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: {
    status: 400,
    code: 'bad_content_length',
    detail: 'the body is not as long as Content-Length says',
  },
};

/** What goes wrong while handling a request, as the answer that tells it (RFC 9457). */
export function problemOf(error: unknown): HttpProblem {
  if (error instanceof HttpProblem) return error;
  if (error instanceof OrreryError) return problemOfOrreryError(error);
  if (isFastifyError(error)) {
    if (error.validation !== undefined) return validationProblem(error);
    const known = FASTIFY_PROBLEMS[error.code];
    if (known !== undefined) return new HttpProblem(known.status, known.code, known.detail);
    const status = error.statusCode ?? 500;
    if (status >= 400 && status < 500)
      return new HttpProblem(status, `http_${String(status)}`, error.message);
  }
  return new HttpProblem(500, 'internal_error', 'something went wrong here; it has been noted');
}

function problemOfOrreryError(error: OrreryError): HttpProblem {
  if (error instanceof TooManyCheckouts || error instanceof TooManyAttempts)
    return tooManyRequests(error.code, error.message, error.retryAfterMs);
  if (error instanceof QueueRequired) return queueRequired(error);
  const status = STATUS_OF_CODE[error.code] ?? (error.retryable ? 503 : 500);
  if (status === 500)
    return new HttpProblem(500, 'internal_error', 'something went wrong here; it has been noted');
  if (status === 503) {
    return new HttpProblem(503, error.code, 'not possible right now, please try again in a moment', {
      headers: { 'retry-after': String(RETRY_AFTER_SECONDS) },
    });
  }
  const detail = error.code === 'value_refused' ? 'a value in the request cannot be stored' : error.message;
  return new HttpProblem(status, error.code, detail, {
    errors: error instanceof CheckoutRefused ? error.fields : [],
  });
}

/** A 429 that says where in the line of the sale one stands. */
function queueRequired({ code, message, place }: QueueRequired): HttpProblem {
  const waitMs = Date.parse(place.pollAfter) - Date.now();
  return new HttpProblem(429, code, message, {
    headers: { 'retry-after': String(Math.max(1, Math.ceil(waitMs / 1_000))) },
    members: { ...place },
  });
}

/** A 429 that says when to come back. */
export function tooManyRequests(code: string, detail: string, retryAfterMs: number): HttpProblem {
  const seconds = Math.max(1, Math.ceil(retryAfterMs / 1_000));
  return new HttpProblem(429, code, detail, { headers: { 'retry-after': String(seconds) } });
}

/** Bad input, every field of it named. */
export function validationProblem(error: {
  readonly validation?: readonly FastifySchemaValidationError[] | undefined;
  readonly validationContext?: string | undefined;
}): HttpProblem {
  const errors = (error.validation ?? []).map((issue) => ({
    path: issue.instancePath.replace(/^\//, '').replaceAll('/', '.'),
    message: issue.message ?? 'is not valid',
  }));
  return invalidFields(errors);
}

/** A 400 for fields that are wrong. */
export function invalidFields(errors: readonly FieldError[]): HttpProblem {
  const detail = errors.map(({ path, message }) => `${path === '' ? 'body' : path}: ${message}`).join('; ');
  return new HttpProblem(400, 'invalid_input', detail === '' ? 'the input is not valid' : detail, { errors });
}

/** Whatever was thrown becomes a problem document; only what is our own fault is logged as an error. */
export function handleError(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const problem = problemOf(error);
  if (problem.status >= 500) {
    const fields = { err: error, code: problem.code, status: problem.status };
    if (problem.status === 503) request.log.warn({ ...fields, err: errorMessage(error) }, 'request refused');
    else request.log.error(fields, 'request failed');
  }
  return sendProblem(problem, request, reply);
}

export function sendProblem(
  problem: HttpProblem,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  const document = {
    type: 'about:blank',
    title: STATUS_CODES[problem.status] ?? 'Error',
    status: problem.status,
    detail: problem.message,
    instance: pathOf(request.url),
    code: problem.code,
    ...(problem.errors.length === 0 ? {} : { errors: problem.errors }),
    ...problem.members,
  };
  return reply
    .code(problem.status)
    .headers(problem.headers)
    .header('cache-control', 'no-store')
    .type('application/problem+json')
    .serializer(JSON.stringify)
    .send(document);
}

/** The address without its query, which may hold a token. */
export function pathOf(url: string): string {
  const end = url.indexOf('?');
  return end === -1 ? url : url.slice(0, end);
}

function isFastifyError(error: unknown): error is FastifyError {
  return error instanceof Error && 'code' in error && typeof error.code === 'string';
}

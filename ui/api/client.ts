/** How long a request may take before it counts as unanswered. */
const TIMEOUT_MS = 20_000;
/** Used when a refusal for now does not say how long. */
const RETRY_AFTER_MS_DEFAULT = 5_000;

export interface FieldError {
  readonly path: string;
  readonly message: string;
}

interface ProblemBody {
  readonly title?: string;
  readonly detail?: string;
  readonly code?: string;
  readonly errors?: readonly FieldError[];
}

/** The API writes details as clauses; people read sentences. */
function sentence(text: string): string {
  const trimmed = text.trim();
  if (trimmed === '') return '';
  return trimmed.charAt(0).toUpperCase() + trimmed.slice(1) + (/[.!?]$/.test(trimmed) ? '' : '.');
}

/**
 * Every way a call can fail. `status` 0: no answer came (offline, time-out), so whether the server acted is
 * unknown. `retryAt` (epoch ms) is set when the server refused for now and said when to come back.
 */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  readonly fields: readonly FieldError[];
  readonly retryAt: number | null;
  readonly body: Readonly<Record<string, unknown>>;

  constructor(status: number, body: ProblemBody & Record<string, unknown>, retryAt: number | null) {
    super(sentence(body.detail ?? body.title ?? ''));
    this.name = 'ApiError';
    this.status = status;
    this.code = body.code ?? (status === 0 ? 'unanswered' : `http_${String(status)}`);
    this.fields = (body.errors ?? []).map(({ path, message }) => ({ path, message: sentence(message) }));
    this.retryAt = retryAt;
    this.body = body;
  }
}

export function asApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  return new ApiError(
    0,
    { detail: error instanceof Error ? error.message : String(error), code: 'client_error' },
    null,
  );
}

/** `Retry-After` is seconds or an HTTP date (RFC 9110, 10.2.3). */
function retryAt(response: Response): number | null {
  if (response.status !== 429 && response.status !== 503) return null;
  const header = response.headers.get('retry-after');
  if (header === null) return Date.now() + RETRY_AFTER_MS_DEFAULT;
  const seconds = Number(header);
  if (Number.isFinite(seconds)) return Date.now() + Math.max(1, seconds) * 1000;
  const date = Date.parse(header);
  return Number.isNaN(date) ? Date.now() + RETRY_AFTER_MS_DEFAULT : Math.max(date, Date.now() + 1000);
}

async function problemOf(response: Response): Promise<ApiError> {
  let body: ProblemBody & Record<string, unknown> = {};
  try {
    body = (await response.json()) as ProblemBody & Record<string, unknown>;
  } catch {
    // A proxy's answer without a problem document: the status alone must do.
  }
  return new ApiError(response.status, body, retryAt(response));
}

export interface CallOptions {
  readonly body?: unknown;
  /** A body already serialised, sent as it is: what an idempotent repeat needs. */
  readonly text?: string;
  /** A file, sent as it is; its type goes into the headers. */
  readonly file?: Blob;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

let unauthenticated = (): void => undefined;

/** Has `react` called whenever the server does not know (any more) who is calling. */
export function onUnauthenticated(react: () => void): void {
  unauthenticated = react;
}

/** Calls the API on the same origin. Rejects with ApiError, or with the signal's reason when aborted. */
export async function call<Answer>(method: string, path: string, options: CallOptions = {}): Promise<Answer> {
  const timeout = AbortSignal.timeout(TIMEOUT_MS);
  const text = options.text ?? (options.body === undefined ? undefined : JSON.stringify(options.body));
  let response: Response;
  try {
    response = await fetch(path, {
      method,
      credentials: 'same-origin',
      headers: {
        accept: 'application/json',
        ...(text === undefined ? {} : { 'content-type': 'application/json' }),
        ...options.headers,
      },
      ...(text === undefined ? {} : { body: text }),
      ...(options.file === undefined ? {} : { body: options.file }),
      signal: options.signal === undefined ? timeout : AbortSignal.any([options.signal, timeout]),
    });
    if (!response.ok) {
      const problem = await problemOf(response);
      // A wrong password is no word on who is calling.
      if (problem.status === 401 && problem.code !== 'bad_credentials') unauthenticated();
      throw problem;
    }
    if (response.status === 204) return undefined as Answer;
    return (await response.json()) as Answer;
  } catch (error) {
    if (error instanceof ApiError || options.signal?.aborted === true) throw error;
    throw new ApiError(0, {}, null);
  }
}

/** `path?…` with the parameters that have a value. */
export function withQuery(
  path: string,
  query: Readonly<Record<string, string | number | undefined>>,
): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== '') parameters.set(name, String(value));
  }
  const text = parameters.toString();
  return text === '' ? path : `${path}?${text}`;
}

import { z } from 'zod';
import { OrreryError } from '../../core/kernel/errors.ts';

/**
 * Owns: every setting an operator can give, its default, what is allowed, and the text that says what is wrong.
 * Does not own: limits that are part of how the engine works (core/kernel/limits.ts).
 *
 * A setting that is absent or empty has its default. Values are never guessed: a wrong one stops the start.
 */

/** The services of the platform; a process runs all of them or some (`SERVICES`). */
export const SERVICE_NAMES = [
  'gateway',
  'accounts',
  'catalog',
  'carts',
  'orders',
  'inventory',
  'payments',
  'shipping',
  'notifications',
  'analytics',
  'intelligence',
] as const;

export type ServiceName = (typeof SERVICE_NAMES)[number];

export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;

export type LogLevel = (typeof LOG_LEVELS)[number];

/** Settings are wrong; the text has one line for each, fit to be shown as it is. */
export class SettingsError extends OrreryError {
  constructor(lines: readonly string[]) {
    super('settings_invalid', lines.join('\n'));
  }
}

function grouped(value: number): string {
  return value.toLocaleString('en-US');
}

function wholeNumber(min: number, max: number, fallback: number) {
  const allowed = `must be a whole number from ${grouped(min)} to ${grouped(max)}`;
  return z
    .string()
    .regex(/^\d{1,15}$/, allowed)
    .transform(Number)
    .refine((value) => value >= min && value <= max, allowed)
    .default(fallback);
}

function decimal(min: number, max: number, fallback: number) {
  const allowed = `must be a number from ${grouped(min)} to ${grouped(max)}`;
  return z
    .string()
    .regex(/^(\d{1,9}(\.\d{0,9})?|\.\d{1,9})$/, allowed)
    .transform(Number)
    .refine((value) => value >= min && value <= max, allowed)
    .default(fallback);
}

function url(...schemes: readonly [string, ...string[]]) {
  const allowed = `must be a well-formed URL starting with ${schemes.map((scheme) => `${scheme}://`).join(' or ')}`;
  return z.string().refine((value) => {
    const scheme = /^([a-z]+):\/\//.exec(value)?.[1];
    return scheme !== undefined && schemes.includes(scheme) && URL.canParse(value);
  }, allowed);
}

/** `https://shop.example`: pages and cookies are at the root of a host, so there is no room for a path. */
function origin() {
  const allowed = 'must be an address like https://shop.example, without a path';
  return z
    .string()
    .refine((value) => {
      if (!/^https?:\/\//.test(value) || !URL.canParse(value)) return false;
      const { origin: own, href } = new URL(value);
      return href === `${own}/`;
    }, allowed)
    .transform((value) => new URL(value).origin);
}

function services() {
  const allowed = `must be "all" or a list of ${SERVICE_NAMES.join(', ')}, each once, separated by commas`;
  return z
    .string()
    .transform((value) =>
      value.trim() === 'all' ? [...SERVICE_NAMES] : value.split(',').map((name) => name.trim()),
    )
    .pipe(
      z
        .array(z.enum(SERVICE_NAMES, allowed), allowed)
        .refine((names) => new Set(names).size === names.length, allowed),
    )
    .default([...SERVICE_NAMES]);
}

/** Over the environment: each key is the name of a setting, each description what the operator reads about it. */
export const settingsSchema = z.object({
  PORT: wholeNumber(0, 65_535, 8000).describe('Port of the HTTP API and the UI; 0: any free port'),
  HOST: z
    .string()
    .regex(/^[A-Za-z0-9.:_-]{1,255}$/, 'must be an address or a host name to listen on')
    .default('127.0.0.1')
    .describe('Address to listen on; 0.0.0.0: all'),
  PUBLIC_URL: origin()
    .optional()
    .describe('Where people find the shop, https://…; letters link there; unset: links on this machine only'),
  METRICS_PORT: wholeNumber(0, 65_535, 0).describe(
    'Port that serves /metrics alone, for processes without a gateway; 0: none',
  ),
  SERVICES: services().describe(
    'Services of this process, separated by commas; a subset needs DATABASE_URL and AMQP_URL',
  ),
  DATABASE_URL: url('postgres', 'postgresql').optional().describe('Postgres; unset: embedded, in DATA_DIR'),
  DATA_DIR: z.string().default('.data').describe('Folder of the embedded Postgres'),
  AMQP_URL: url('amqp', 'amqps').optional().describe('RabbitMQ; unset: a broker in the process'),
  RABBITMQ_MANAGEMENT_URL: url('http', 'https')
    .optional()
    .describe("RabbitMQ's management, http://…, for the health page; unset: what AMQP tells"),
  LOCAL_HOPS: z
    .enum(['on', 'off'], 'must be on or off')
    .default('on')
    .describe(
      'Whether messages between two services of this process are handed over in memory; off: through RabbitMQ as well',
    ),
  REDIS_URL: url('redis', 'rediss').optional().describe('Redis; unset: in the process'),
  PARTITIONS: wholeNumber(1, 100, 16).describe(
    'Partitions of each service with actors; fixed at first start',
  ),
  PAYMENT_FAILURE_RATE: decimal(0, 1, 0.2).describe(
    'Share of payments without a test token that the simulated gateway declines, 0 to 1',
  ),
  PAYMENT_LATENCY_MS: wholeNumber(0, 60_000, 50).describe('Time the simulated gateway takes, in ms'),
  PAYMENT_TIMEOUT_MS: wholeNumber(100, 3_600_000, 30_000).describe(
    'How long an order waits for its payment, in ms; shorter than RESERVATION_HOLD_SECONDS',
  ),
  RESERVATION_HOLD_SECONDS: wholeNumber(1, 86_400, 600).describe(
    'How long stock is held for an unpaid order, in s',
  ),
  SHIPPING_TIME_SCALE: wholeNumber(1, 1_000_000, 10_000).describe(
    'How many times faster than real time parcels travel, 1 to 1,000,000; 1: real time',
  ),
  FRAUD_REVIEW_ABOVE: decimal(0, 100, 80).describe(
    'Fraud score above which an order is reviewed; 100: never',
  ),
  CHECKOUT_LIMIT_PER_MINUTE: wholeNumber(0, 1_000_000, 3).describe(
    'Checkouts a minute and user; 0: no limit',
  ),
  RATE_LIMIT_PER_MINUTE: wholeNumber(0, 100_000_000, 6000).describe(
    'HTTP requests a minute and address; 0: no limits per address',
  ),
  OVERLOAD_DELAY_MS: wholeNumber(0, 600_000, 2_000).describe(
    'How late a gateway may be with its work before it answers 503 in place of trying; 0: it always tries',
  ),
  ADMIN_EMAIL: z
    .string()
    .max(254, 'must be an e-mail address')
    .pipe(z.email('must be an e-mail address'))
    .optional()
    .describe('Address of the first admin; unset: made and printed once at first start'),
  ADMIN_PASSWORD: z
    .string()
    .min(8, 'must have 8 to 200 characters')
    .max(200, 'must have 8 to 200 characters')
    .optional()
    .describe('Password of the first admin; unset: made and printed once at first start'),
  SESSION_SECRET: z
    .string()
    .min(32, 'must have at least 32 characters')
    .optional()
    .describe('Signs sessions; unset: made once and kept in the store, shared by all processes'),
  GEMINI_API_KEY: z
    .string()
    .optional()
    .describe(
      'Key of Gemini, which then answers questions of admins, sums up orders and helps the search; unset: all stays here',
    ),
  GEMINI_MODEL: z
    .string()
    .regex(/^[a-z0-9.-]{1,80}$/, 'must be the name of a model, such as gemini-2.5-flash')
    .default('gemini-2.5-flash')
    .describe('Which of its models answers'),
  GEMINI_EMBEDDING_MODEL: z
    .string()
    .regex(/^[a-z0-9.-]{1,80}$/, 'must be the name of a model, such as gemini-embedding-001, or none')
    .default('gemini-embedding-001')
    .describe(
      'Which of its models makes vectors of products and searches, where its key is set; none: search stays here',
    ),
  GEMINI_API_URL: origin().optional().describe("Where Gemini's API is, for a stand-in; unset: at Google"),
  STRIPE_SECRET_KEY: z
    .string()
    .regex(/^(sk|rk)_/, 'must start with sk_ or rk_')
    .optional()
    .describe('Key of Stripe, which then takes the payments; unset: a simulated gateway does'),
  STRIPE_PUBLISHABLE_KEY: z
    .string()
    .regex(/^pk_/, 'must start with pk_')
    .optional()
    .describe('Lets the checkout ask for the card by Stripe.js; unset: only programs can pay by Stripe'),
  STRIPE_API_URL: origin()
    .optional()
    .describe("Where Stripe's API is, for a stand-in such as stripe-mock; unset: at Stripe"),
  STRIPE_WEBHOOK_SECRET: z
    .string()
    .regex(/^whsec_/, 'must start with whsec_')
    .optional()
    .describe('Signs what Stripe tells /api/payments/webhooks/stripe; unset: there is no such address'),
  SMTP_URL: url('smtp', 'smtps').optional().describe('Mail server; unset: an outbox that the UI shows'),
  OTEL_EXPORTER_OTLP_ENDPOINT: url('http', 'https')
    .optional()
    .describe(
      'Collector that takes traces by OTLP/HTTP; other OTEL_ variables count as well; unset: none are made',
    ),
  LOG_LEVEL: z
    .enum(LOG_LEVELS, `must be one of ${LOG_LEVELS.join(', ')}`)
    .default('info')
    .describe('Least level that is logged'),
});

export type SettingName = keyof typeof settingsSchema.shape;

/** Never shown, not even when wrong. */
const SECRETS: ReadonlySet<string> = new Set<SettingName>([
  'ADMIN_PASSWORD',
  'SESSION_SECRET',
  'GEMINI_API_KEY',
  'STRIPE_SECRET_KEY',
  'STRIPE_WEBHOOK_SECRET',
]);

/** What the platform is told from outside. Durations carry their unit in the name. */
export interface Settings {
  readonly port: number;
  readonly host: string;
  /** 0: none. */
  readonly metricsPort: number;
  /** An origin, `https://shop.example`. */
  readonly publicUrl: string | undefined;
  readonly services: readonly ServiceName[];
  readonly databaseUrl: string | undefined;
  readonly dataDir: string;
  readonly amqpUrl: string | undefined;
  /** May hold a user and a password. */
  readonly rabbitmqManagementUrl: string | undefined;
  /** Only where there is a RabbitMQ: the embedded broker is in memory. */
  readonly localHops: boolean;
  readonly redisUrl: string | undefined;
  readonly partitions: number;
  readonly paymentFailureRate: number;
  readonly paymentLatencyMs: number;
  readonly paymentTimeoutMs: number;
  readonly reservationHoldSeconds: number;
  readonly shippingTimeScale: number;
  readonly fraudReviewAbove: number;
  readonly checkoutLimitPerMinute: number;
  readonly rateLimitPerMinute: number;
  readonly overloadDelayMs: number;
  readonly adminEmail: string | undefined;
  readonly adminPassword: string | undefined;
  readonly sessionSecret: string | undefined;
  readonly geminiApiKey: string | undefined;
  readonly geminiModel: string;
  /** Undefined: none. */
  readonly geminiEmbeddingModel: string | undefined;
  /** An origin; undefined: Google's own. */
  readonly geminiApiUrl: string | undefined;
  readonly stripeSecretKey: string | undefined;
  readonly stripePublishableKey: string | undefined;
  /** An origin; undefined: Stripe's own. */
  readonly stripeApiUrl: string | undefined;
  readonly stripeWebhookSecret: string | undefined;
  readonly smtpUrl: string | undefined;
  readonly otlpEndpoint: string | undefined;
  readonly logLevel: LogLevel;
}

/** A value as it may be shown: secrets hidden, passwords in URLs replaced. */
function shown(name: string, value: string | undefined): string {
  if (value === undefined) return 'unset';
  if (SECRETS.has(name)) return '(hidden)';
  return JSON.stringify(value.replace(/(:\/\/[^:@/]*):.*@/, '$1:…@'));
}

type Environment = Readonly<Record<string, string | undefined>>;
type Parsed = z.infer<typeof settingsSchema>;

/** Rules that span settings; they are told only when each setting on its own is right. */
function contradictions(parsed: Parsed): string[] {
  const lines: string[] = [];
  if (parsed.PAYMENT_TIMEOUT_MS >= parsed.RESERVATION_HOLD_SECONDS * 1000) {
    lines.push(
      `PAYMENT_TIMEOUT_MS is ${String(parsed.PAYMENT_TIMEOUT_MS)}: must be shorter than RESERVATION_HOLD_SECONDS, ` +
        `which is ${String(parsed.RESERVATION_HOLD_SECONDS)} (${String(parsed.RESERVATION_HOLD_SECONDS * 1000)} ms)`,
    );
  }
  for (const name of ['STRIPE_PUBLISHABLE_KEY', 'STRIPE_API_URL', 'STRIPE_WEBHOOK_SECRET'] as const) {
    if (parsed[name] === undefined || parsed.STRIPE_SECRET_KEY !== undefined) continue;
    lines.push(`STRIPE_SECRET_KEY is unset: must be set when ${name} is`);
  }
  if (parsed.GEMINI_API_URL !== undefined && parsed.GEMINI_API_KEY === undefined) {
    lines.push('GEMINI_API_KEY is unset: must be set when GEMINI_API_URL is');
  }
  if (parsed.SERVICES.length < SERVICE_NAMES.length) {
    for (const name of ['DATABASE_URL', 'AMQP_URL'] as const) {
      if (parsed[name] !== undefined) continue;
      lines.push(
        `${name} is unset: must be set when SERVICES names a subset (it names ${parsed.SERVICES.join(', ')}), ` +
          'so that the processes share it',
      );
    }
  }
  return lines;
}

/**
 * Reads the settings from an environment; everything else in it is left alone.
 * Throws a SettingsError with one line for each setting that is wrong.
 */
export function loadSettings(environment: Environment): Settings {
  const given: Record<string, string> = {};
  for (const name of Object.keys(settingsSchema.shape)) {
    const value = environment[name]?.trim();
    if (value !== undefined && value !== '') given[name] = value;
  }
  const result = settingsSchema.safeParse(given);
  if (!result.success) {
    const lines = new Map<string, string>();
    for (const issue of result.error.issues) {
      const name = String(issue.path[0]);
      if (!lines.has(name)) lines.set(name, `${name} is ${shown(name, given[name])}: ${issue.message}`);
    }
    throw new SettingsError([...lines.values()]);
  }
  const parsed = result.data;
  const wrong = contradictions(parsed);
  if (wrong.length > 0) throw new SettingsError(wrong);
  return {
    port: parsed.PORT,
    host: parsed.HOST,
    metricsPort: parsed.METRICS_PORT,
    publicUrl: parsed.PUBLIC_URL,
    services: parsed.SERVICES,
    databaseUrl: parsed.DATABASE_URL,
    dataDir: parsed.DATA_DIR,
    amqpUrl: parsed.AMQP_URL,
    rabbitmqManagementUrl: parsed.RABBITMQ_MANAGEMENT_URL,
    localHops: parsed.LOCAL_HOPS === 'on',
    redisUrl: parsed.REDIS_URL,
    partitions: parsed.PARTITIONS,
    paymentFailureRate: parsed.PAYMENT_FAILURE_RATE,
    paymentLatencyMs: parsed.PAYMENT_LATENCY_MS,
    paymentTimeoutMs: parsed.PAYMENT_TIMEOUT_MS,
    reservationHoldSeconds: parsed.RESERVATION_HOLD_SECONDS,
    shippingTimeScale: parsed.SHIPPING_TIME_SCALE,
    fraudReviewAbove: parsed.FRAUD_REVIEW_ABOVE,
    checkoutLimitPerMinute: parsed.CHECKOUT_LIMIT_PER_MINUTE,
    rateLimitPerMinute: parsed.RATE_LIMIT_PER_MINUTE,
    overloadDelayMs: parsed.OVERLOAD_DELAY_MS,
    adminEmail: parsed.ADMIN_EMAIL,
    adminPassword: parsed.ADMIN_PASSWORD,
    sessionSecret: parsed.SESSION_SECRET,
    geminiApiKey: parsed.GEMINI_API_KEY,
    geminiModel: parsed.GEMINI_MODEL,
    geminiEmbeddingModel:
      parsed.GEMINI_EMBEDDING_MODEL === 'none' ? undefined : parsed.GEMINI_EMBEDDING_MODEL,
    geminiApiUrl: parsed.GEMINI_API_URL,
    stripeSecretKey: parsed.STRIPE_SECRET_KEY,
    stripePublishableKey: parsed.STRIPE_PUBLISHABLE_KEY,
    stripeApiUrl: parsed.STRIPE_API_URL,
    stripeWebhookSecret: parsed.STRIPE_WEBHOOK_SECRET,
    smtpUrl: parsed.SMTP_URL,
    otlpEndpoint: parsed.OTEL_EXPORTER_OTLP_ENDPOINT,
    logLevel: parsed.LOG_LEVEL,
  };
}

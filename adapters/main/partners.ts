import type { MicroBatch } from '../../core/engine/participant-port.ts';
import { type Clock, type Random, systemClock } from '../../core/kernel/clock.ts';
import type { Logger } from '../../core/kernel/logger.ts';
import type { Message } from '../../core/kernel/message.ts';
import type { Mailer } from '../../core/services/notifications/mailer.ts';
import type { PaymentGateway } from '../../core/services/payments/gateway.ts';
import type { PaymentQueries } from '../../core/services/payments/ports.ts';
import type { Carrier } from '../../core/services/shipping/carrier.ts';
import { type Breaker, createBreaker } from '../breaker/breaker.ts';
import { guardCarrier, guardGateway, guardMailer } from '../breaker/partners.ts';
import { createSimulatedCarrier } from '../embedded/carrier.ts';
import { createSimulatedGateway } from '../embedded/payment-gateway.ts';
import type { Queryable } from '../postgres/database.ts';
import { createGatewayLedger } from '../postgres/payments/gateway-ledger.ts';
import type { StripeWebhooks } from '../stripe/webhooks.ts';
import type { Settings } from './settings.ts';

/** The companies outside: who moves money, parcels and letters, each behind a circuit breaker. */
export interface Partners {
  readonly gateway: PaymentGateway;
  readonly carrier: Carrier;
  /** Undefined without SMTP_URL: letters are kept for reading, and go nowhere. */
  readonly mailer: Mailer | undefined;
  close(): void;
}

interface PartnersOptions {
  readonly settings: Settings;
  readonly database: Queryable;
  readonly microBatch: MicroBatch;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  /** Told whenever calls to a partner begin to be refused, and when they go through again. */
  readonly onCircuit?: ((partner: string, open: boolean) => void) | undefined;
}

/** Opens them. What only some settings need is loaded for these alone: Stripe's library is over 200 files. */
export async function openPartners(options: PartnersOptions): Promise<Partners> {
  const { settings, clock, logger, onCircuit } = options;
  const circuit = (name: string): Breaker =>
    createBreaker({ name, logger, onChange: (open) => onCircuit?.(name, open) });
  const charges = circuit('payment gateway: charges');
  const inquiries = circuit('payment gateway: inquiries');
  const parcels = circuit('carriers');
  const letters = circuit('mail server');
  const payments = await openPayments(options);
  const smtp = settings.smtpUrl === undefined ? undefined : await openMailer(settings.smtpUrl);
  return {
    gateway: guardGateway(payments.gateway, { charges, inquiries }),
    carrier: guardCarrier(createSimulatedCarrier({ clock, timeScale: settings.shippingTimeScale }), parcels),
    mailer: smtp === undefined ? undefined : guardMailer(smtp, letters),
    close() {
      for (const breaker of [charges, inquiries, parcels, letters]) breaker.close();
      smtp?.close();
      payments.close();
    },
  };
}

async function openMailer(url: string) {
  const { createSmtpMailer } = await import('../smtp/mailer.ts');
  return createSmtpMailer({ url, from: MAIL_FROM });
}

/** Stripe where there is a key for it, else the simulated gateway. */
async function openPayments(options: PartnersOptions): Promise<{
  readonly gateway: PaymentGateway;
  readonly close: () => void;
}> {
  const { settings, database, microBatch, clock, random, logger } = options;
  if (settings.stripeSecretKey !== undefined) {
    const { createStripeClient } = await import('../stripe/client.ts');
    const { createStripeGateway } = await import('../stripe/payment-gateway.ts');
    const client = createStripeClient({ secretKey: settings.stripeSecretKey, ...stripeOrigin(settings) });
    return {
      gateway: createStripeGateway({ api: client.api, logger }),
      close: () => {
        client.close();
      },
    };
  }
  const gateway = createSimulatedGateway({
    ledger: createGatewayLedger(database),
    microBatch,
    clock,
    random,
    failureRate: settings.paymentFailureRate,
    latencyMs: settings.paymentLatencyMs,
  });
  return { gateway, close: () => undefined };
}

/** What Stripe tells by itself; undefined without STRIPE_WEBHOOK_SECRET. */
export async function openPaymentWebhooks(options: {
  readonly settings: Settings;
  readonly payments: PaymentQueries;
  readonly send: (message: Message) => Promise<void>;
  readonly logger: Logger;
}): Promise<StripeWebhooks | undefined> {
  const { settings, payments, send, logger } = options;
  const { stripeSecretKey: secretKey, stripeWebhookSecret: secret } = settings;
  if (secretKey === undefined || secret === undefined) return undefined;
  const { createStripeClient } = await import('../stripe/client.ts');
  const { createStripeWebhooks } = await import('../stripe/webhooks.ts');
  // Only a dispute asks Stripe anything: its connection is not worth keeping.
  const { api } = createStripeClient({ secretKey, keepAlive: false, ...stripeOrigin(settings) });
  return createStripeWebhooks({ api, secret, charges: payments, send, clock: systemClock, logger });
}

function stripeOrigin({ stripeApiUrl }: Settings): { readonly origin?: string } {
  return stripeApiUrl === undefined ? {} : { origin: stripeApiUrl };
}

const MAIL_FROM = 'Orrery <orders@orrery.invalid>';

import type { MicroBatch } from '../../core/engine/participant-port.ts';
import type { Clock, Random } from '../../core/kernel/clock.ts';
import type { Logger } from '../../core/kernel/logger.ts';
import type { Mailer } from '../../core/services/notifications/mailer.ts';
import type { PaymentGateway } from '../../core/services/payments/gateway.ts';
import type { Carrier } from '../../core/services/shipping/carrier.ts';
import { createBreaker } from '../breaker/breaker.ts';
import { guardCarrier, guardGateway, guardMailer } from '../breaker/partners.ts';
import { createSimulatedCarrier } from '../embedded/carrier.ts';
import { createSimulatedGateway } from '../embedded/payment-gateway.ts';
import type { Queryable } from '../postgres/database.ts';
import { createGatewayLedger } from '../postgres/payments/gateway-ledger.ts';
import { createSmtpMailer } from '../smtp/mailer.ts';
import type { Settings } from './settings.ts';

/** The companies outside: who moves money, parcels and letters, each behind a circuit breaker. */
export interface Partners {
  readonly gateway: PaymentGateway;
  readonly carrier: Carrier;
  /** Undefined without SMTP_URL: letters are kept for reading, and go nowhere. */
  readonly mailer: Mailer | undefined;
  close(): void;
}

export function openPartners(options: {
  readonly settings: Settings;
  readonly database: Queryable;
  readonly microBatch: MicroBatch;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
}): Partners {
  const { settings, database, microBatch, clock, random, logger } = options;
  const charges = createBreaker({ name: 'payment gateway: charges', logger });
  const inquiries = createBreaker({ name: 'payment gateway: inquiries', logger });
  const parcels = createBreaker({ name: 'carriers', logger });
  const letters = createBreaker({ name: 'mail server', logger });
  const smtp =
    settings.smtpUrl === undefined ? undefined : createSmtpMailer({ url: settings.smtpUrl, from: MAIL_FROM });
  return {
    gateway: guardGateway(
      createSimulatedGateway({
        ledger: createGatewayLedger(database),
        microBatch,
        clock,
        random,
        failureRate: settings.paymentFailureRate,
        latencyMs: settings.paymentLatencyMs,
      }),
      { charges, inquiries },
    ),
    carrier: guardCarrier(createSimulatedCarrier({ clock, timeScale: settings.shippingTimeScale }), parcels),
    mailer: smtp === undefined ? undefined : guardMailer(smtp, letters),
    close() {
      for (const breaker of [charges, inquiries, parcels, letters]) breaker.close();
      smtp?.close();
    },
  };
}

const MAIL_FROM = 'Orrery <orders@orrery.invalid>';

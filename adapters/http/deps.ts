import type { FastifyBaseLogger } from 'fastify';
import type { Registry } from 'prom-client';
import type { Broker } from '../../core/engine/ports.ts';
import type { Tracing } from '../../core/kernel/tracing.ts';
import type { AnalyticsQueries } from '../../core/services/analytics/ports.ts';
import type { Addresses } from '../../core/services/accounts/addresses.ts';
import type { PasswordResets } from '../../core/services/accounts/password-resets.ts';
import type { Accounts } from '../../core/services/accounts/ports.ts';
import type { AuditTrail } from '../../core/services/audit/ports.ts';
import type { Carts } from '../../core/services/carts/ports.ts';
import type { Demo } from '../../core/services/demo/ports.ts';
import type { DeadLetterDesk } from '../../core/services/dead-letters/desk.ts';
import type { CatalogQueries, FlashSales, Product } from '../../core/services/catalog/ports.ts';
import type { MeaningWatch, ProductIndex } from '../../core/services/catalog/search.ts';
import type { WaitingLines } from '../../core/services/gateway/line/waiting-lines.ts';
import type { InventoryCommands, InventoryQueries } from '../../core/services/inventory/ports.ts';
import type { NotificationQueries } from '../../core/services/notifications/ports.ts';
import type { Pauses } from '../../core/services/operations/ports.ts';
import type { OrderCommands, OrderQueries } from '../../core/services/orders/ports.ts';
import type { SagaRepairs } from '../../core/services/orders/repair-ports.ts';
import type { PaymentQueries } from '../../core/services/payments/ports.ts';
import type { DeliveryEstimates, ShippingQueries } from '../../core/services/shipping/ports.ts';
import type { Sagas } from '../../core/services/sagas/ports.ts';
import type { Limiter } from '../../core/services/transient.ts';
import type { OriginHash } from './checkout-origin.ts';
import type { AnswerWatch } from './http-metrics.ts';
import type { TopicSource } from './live/topics.ts';
import type { Observation } from './routes/admin/observation.ts';
import type { AssistantDesk } from './routes/admin/assistant/deps.ts';
import type { OrderConsole } from './routes/admin/console/deps.ts';
import type { ShopOffice } from './routes/admin/office/deps.ts';
import type { Intelligence } from './routes/intelligence/deps.ts';
import type { PaymentWebhooks } from './routes/payment-webhooks.ts';
import type { ViewWatch } from './routes/product-views.ts';

/** Who takes the payments, and with which key a page asks for the card; without one it can't. */
export interface PaymentPage {
  readonly gateway: 'simulated' | 'stripe';
  readonly publishableKey?: string;
}

export interface HttpSettings {
  /** `RATE_LIMIT_PER_MINUTE`: requests a minute and IP in this process; 0: off. */
  readonly rateLimitPerMinute: number;
  /** `OVERLOAD_DELAY_MS`: the event loop's mean delay beyond which requests are refused; 0 or absent: none is. */
  readonly overloadDelayMs?: number;
  /** `CHECKOUT_LIMIT_PER_MINUTE`: accepted checkouts a minute and user, shared by all gateways; 0: off. */
  readonly checkoutLimitPerMinute: number;
  /** `PUBLIC_URL`: the origin where people find the shop; absent: nobody said. */
  readonly publicUrl?: string;
  /** Default: the simulated gateway. */
  readonly payment?: PaymentPage;
}

/** One thing the process works with; `check` rejects with what is wrong. */
export interface HealthProbe {
  readonly name: string;
  /** False: without it the process still takes orders, and is degraded instead of unavailable. Default true. */
  readonly needed?: boolean;
  check(): Promise<void>;
}

/** Everything the gateway needs; wired by the composition root. */
export interface ServerDeps {
  readonly settings: HttpSettings;
  /** A pino logger. */
  readonly logger: FastifyBaseLogger;
  readonly accounts: Accounts;
  readonly addresses: Addresses;
  readonly resets: PasswordResets;
  readonly audit: AuditTrail;
  readonly carts: Carts;
  /** Shared limits; the gateway itself falls back to local ones when it rejects. */
  readonly limiter: Limiter;
  readonly catalog: CatalogQueries;
  /** Absent: the database searches. */
  readonly productIndex?: ProductIndex;
  /** Absent: no language model helps the search. */
  readonly searchMeaning?: MeaningWatch;
  /** Told of shoppers who open the page of a product; it neither waits nor throws. Absent: nobody counts them. */
  readonly views?: ViewWatch;
  readonly sales: FlashSales;
  /** Started by whoever made them; they stop with the gateway. */
  readonly lines: WaitingLines;
  readonly inventory: InventoryQueries & InventoryCommands;
  readonly orders: OrderQueries & OrderCommands;
  readonly repairs: SagaRepairs;
  readonly pauses: Pauses;
  readonly payments: PaymentQueries;
  /** Absent: payment gateways tell nothing by themselves, and are asked. */
  readonly paymentWebhooks?: PaymentWebhooks;
  readonly shipping: ShippingQueries;
  readonly delivery: DeliveryEstimates;
  readonly notifications: NotificationQueries;
  /** Absent: sagas can't be looked at here. */
  readonly sagas?: Sagas;
  /** Absent: dead letters can't be looked at here. */
  readonly deadLetters?: DeadLetterDesk;
  /** Absent: there are no simulated shoppers. */
  readonly demo?: Demo;
  /** Makes of an address or a browser what orders carry of it; absent: they carry nothing. */
  readonly originHash?: OriginHash;
  /** Absent: no jobs over many orders, no exports. */
  readonly console?: OrderConsole;
  /** Absent: the shop can't be kept here, and pictures are drawn. */
  readonly office?: ShopOffice;
  /** Absent: no questions are answered here. */
  readonly assistant?: AssistantDesk;
  /** Absent: no model answers anything here. */
  readonly intelligence?: Intelligence;
  /** Hints that orders changed: topic `orders`, payload `[{id, version, status}, …]`. */
  readonly broadcasts: Pick<Broker, 'onBroadcast'>;
  /** Further live topics, such as `queue:` and `admin:metrics`. */
  readonly liveTopics?: readonly TopicSource[];
  /** The picture of a product, as SVG text. */
  readonly picture: (product: Product) => string;
  /** Asked by /api/health/ready, each for at most two seconds. */
  readonly probes: readonly HealthProbe[];
  /** Services of which something is at rest by hand: shown by /api/health/ready, and no failure. */
  readonly paused: () => Promise<readonly string[]>;
  /** Absent: the shop's numbers are not told here, nor live as `admin:metrics`. */
  readonly analytics?: AnalyticsQueries;
  /** Absent: the platform's health and events are not told here. */
  readonly observation?: Observation;
  /** The AsyncAPI document of the platform's messages; absent: none is served. */
  readonly asyncApi?: object;
  /** Undefined: nobody collects traces. */
  readonly tracing?: Tracing | undefined;
  /** Told of every answer, by route. */
  readonly onAnswered?: AnswerWatch;
  /** What /metrics serves; the gateway adds its own metrics to it. */
  readonly metrics: Registry;
  /** Folder of the built UI; absent: none is served. */
  readonly uiFolder?: string;
}

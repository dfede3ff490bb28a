import type { OrderCounters, OrderQueries, OrderView } from '../orders/ports.ts';
import type { FlashSale } from '../catalog/ports.ts';
import type { PauseView } from '../operations/ports.ts';

/**
 * The assistant: answers questions of admins by typed tools over the services that the admin pages read, and proposes actions
 * that somebody confirms. Times are ISO 8601 UTC, money integer cents.
 */

export interface AnswerTable {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

export interface AnswerLink {
  readonly label: string;
  /** A path of the UI. */
  readonly href: string;
}

export interface ToolUse {
  readonly name: string;
  readonly arguments: Readonly<Record<string, unknown>>;
  /** What it found, in a sentence. */
  readonly summary: string;
}

/** An action that is done once the token is confirmed by whoever asked; until then nothing is. */
export interface Proposal {
  readonly action: string;
  readonly text: string;
  readonly token: string;
}

export interface Answer {
  readonly answer: string;
  readonly table: AnswerTable | null;
  readonly tools: readonly ToolUse[];
  readonly links: readonly AnswerLink[];
  readonly proposal: Proposal | null;
  /** Who read the question. */
  readonly by: 'language model' | 'local parser';
  /** What the asker should know about the answer; null: nothing. */
  readonly note: string | null;
}

/** What was said before, the oldest first. */
export interface Turn {
  readonly role: 'user' | 'assistant';
  readonly text: string;
}

export interface Asker {
  readonly id: string;
}

/** `from` inclusive, `to` exclusive. */
export interface Span {
  readonly from: string;
  readonly to: string;
}

export interface SalesTotal {
  readonly orders: number;
  readonly cancelled: number;
  readonly failed: number;
  /** Of all that were neither cancelled nor failed. */
  readonly revenueCents: number;
}

export interface SoldProduct {
  readonly productId: string;
  readonly sku: string;
  readonly name: string;
  readonly units: number;
  readonly revenueCents: number;
}

/** Figures over the orders placed in a span. */
export interface SalesFigures {
  total(span: Span): Promise<SalesTotal>;
  /** Steps without an order are left out; the oldest first. `at` is the beginning of the step. */
  steps(span: Span, by: 'hour' | 'day'): Promise<readonly (SalesTotal & { readonly at: string })[]>;
  /** Of the newest orders of the span; `complete` is false where there were more of them than are looked at. */
  products(
    span: Span,
    limit: number,
  ): Promise<{ readonly items: readonly SoldProduct[]; readonly complete: boolean }>;
  customers(
    span: Span,
    limit: number,
  ): Promise<{
    readonly items: readonly {
      readonly userId: string;
      readonly name: string;
      readonly orders: number;
      readonly revenueCents: number;
    }[];
    readonly complete: boolean;
  }>;
  /** Orders of the span that are cancelled by now, by reason; the commonest first. */
  cancellations(
    span: Span,
    limit: number,
  ): Promise<readonly { readonly reason: string; readonly orders: number; readonly totalCents: number }[]>;
}

export interface ShopProduct {
  readonly id: string;
  readonly sku: string;
  readonly name: string;
  readonly priceCents: number;
  readonly currency: string;
  readonly active: boolean;
}

export interface ShopStock {
  readonly sku: string;
  readonly available: number;
  readonly onHand: number;
  readonly reserved: number;
  readonly threshold: number;
  readonly warehouses: readonly { readonly id: string; readonly available: number }[];
}

/** What the tools read. */
export interface Sources {
  readonly orders: Pick<OrderQueries, 'find' | 'adminOrders' | 'sagaLog'> & {
    counters(): Promise<OrderCounters>;
  };
  readonly sales: SalesFigures;
  readonly stock: {
    list(level: 'low' | 'out', limit: number): Promise<readonly ShopStock[]>;
    summary(): Promise<{ readonly skus: number; readonly low: number; readonly out: number }>;
    find(sku: string): Promise<ShopStock | undefined>;
  };
  readonly products: {
    /** By part of a name or SKU. */
    named(words: string, limit: number): Promise<readonly ShopProduct[]>;
    bySku(skus: readonly string[]): Promise<ReadonlyMap<string, ShopProduct>>;
  };
  readonly people: {
    named(
      words: string,
      limit: number,
    ): Promise<
      readonly {
        readonly id: string;
        readonly name: string;
        readonly email: string;
        readonly role: string;
        readonly createdAt: string;
      }[]
    >;
  };
  readonly problems: () => Promise<
    readonly { readonly level: 'warn' | 'error'; readonly text: string; readonly link: string }[]
  >;
  readonly deadLetters: () => Promise<
    readonly {
      readonly service: string;
      readonly code: string;
      readonly type: string | null;
      readonly count: number;
    }[]
  >;
  /** Orders held for their fraud score, the highest first, at most `limit`. */
  readonly reviewQueue: (limit: number) => Promise<
    readonly {
      readonly order: OrderView;
      readonly score: number | null;
      readonly reasons: readonly string[];
    }[]
  >;
  readonly flashSales: () => Promise<readonly FlashSale[]>;
  readonly pauses: () => Promise<readonly PauseView[]>;
}

/** What may be proposed. */
export type Action =
  | { readonly kind: 'cancel_order'; readonly orderId: string; readonly reason: string }
  | { readonly kind: 'pause_service'; readonly service: string; readonly reason: string }
  | { readonly kind: 'resume_service'; readonly service: string }
  | {
      readonly kind: 'restock';
      readonly sku: string;
      readonly warehouseId: string;
      readonly units: number;
      readonly reason: string;
    }
  | {
      readonly kind: 'review_order';
      readonly orderId: string;
      readonly decision: 'approve' | 'reject';
      readonly reason: string;
    };

/** Proposals wait for their asker's word for ten minutes. */
export interface ProposalStore {
  /** Durable once resolved. */
  add(proposal: {
    readonly token: string;
    readonly by: string;
    readonly action: Action;
    readonly text: string;
  }): Promise<void>;
  /** Takes it, once and for all, if it is this person's and has not lapsed; undefined otherwise. */
  take(token: string, by: string): Promise<{ readonly action: Action; readonly text: string } | undefined>;
}

/** A tool as a language model is told of it. */
export interface ToolDeclaration {
  readonly name: string;
  readonly description: string;
  /** JSON Schema of an object. */
  readonly parameters: object;
}

export type ModelStep =
  | { readonly kind: 'text'; readonly text: string }
  | {
      readonly kind: 'calls';
      readonly calls: readonly { readonly name: string; readonly arguments: unknown }[];
      /** Handed back with the results. */
      readonly said: unknown;
    };

export interface ModelExchange {
  readonly said: unknown;
  readonly results: readonly { readonly name: string; readonly result: unknown }[];
}

export interface LanguageModel {
  /** One step of a conversation. Rejects with OrreryError; heeds the signal. */
  step(
    request: {
      readonly instructions: string;
      readonly turns: readonly Turn[];
      readonly tools: readonly ToolDeclaration[];
      readonly exchanges: readonly ModelExchange[];
    },
    signal: AbortSignal,
  ): Promise<ModelStep>;
}

export interface OrderSummary {
  /** The order's version it was written of. */
  readonly version: number;
  readonly text: string;
}

export interface SummaryStore {
  find(orderId: string): Promise<(OrderSummary & { readonly at: string }) | undefined>;
  /** Durable once resolved; one of a newer version stays. */
  keep(orderId: string, summary: OrderSummary): Promise<void>;
}

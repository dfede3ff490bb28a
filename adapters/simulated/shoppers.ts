import { errorCode, OrreryError } from '../../core/kernel/errors.ts';
import type { InventoryCommands } from '../../core/services/inventory/ports.ts';
import type { CheckoutAccepted, OrderCommands } from '../../core/services/orders/ports.ts';
import type { Timeline } from './scheduler.ts';
import type { SagaRepairs } from '../../core/services/orders/repair-ports.ts';
import type { Correction, Visit } from './workload.ts';

/** What a process does for people. */
export interface Desk {
  readonly orders: OrderCommands;
  readonly stock: InventoryCommands;
  readonly repairs: SagaRepairs;
}

/** How shoppers, operators and the fraud model reach the platform. Answers may be lost; nobody hears why. */
export interface Door {
  /** Asks one of the processes that are there now; `which` picks it. Rejects when no answer came in time. */
  ask<Answer>(which: number, request: (desk: Desk) => Promise<Answer>): Promise<Answer>;
  /** Publishes a score as the model would; resolves once the broker has it. */
  score(orderId: string, score: number): Promise<void>;
}

/**
 * Owns: people who do not give up: what got no answer is asked again, under the same key, until it is answered.
 *
 * I1. Only an answer that said so counts as accepted.
 */
export class Shoppers {
  /** Orders whose shopper was told that they are placed. */
  readonly accepted = new Map<string, { readonly visit: Visit; readonly answer: CheckoutAccepted }>();
  /** What must not be: a shopper who was given two orders for one key. */
  readonly complaints: string[] = [];
  private readonly door: Door;
  private readonly timeline: Timeline;
  private pending = 0;

  constructor(door: Door, timeline: Timeline) {
    this.door = door;
    this.timeline = timeline;
  }

  /** Nobody is about to do anything more. */
  get atRest(): boolean {
    return this.pending === 0;
  }

  welcome(visits: readonly Visit[]): void {
    for (const visit of visits) {
      this.later(visit.atMs, () => this.checkOut(visit, visit.door));
      if (visit.doubleClickMs !== null) {
        this.later(visit.atMs + visit.doubleClickMs, () => this.checkOut(visit, visit.door + 1));
      }
    }
  }

  /** An operator counts the shelves; a correction that got no answer is not asked for again, it may still come. */
  correct(corrections: readonly Correction[]): void {
    for (const { atMs, door, sku, warehouseId, delta } of corrections) {
      this.later(atMs, async () => {
        const request = { sku, warehouseId, delta, reason: 'counted', requestedBy: 'operator' };
        await this.door
          .ask(door, ({ stock }) => stock.adjust(request))
          .catch((error: unknown) => {
            if (!(error instanceof OrreryError)) throw error;
          });
      });
    }
  }

  /** A reviewer finds the order in review, maybe not for the first time. */
  decideAgain(orderId: string): void {
    this.later(0, () => this.decide(orderId));
  }

  private async decide(orderId: string): Promise<void> {
    const visit = this.accepted.get(orderId)?.visit;
    const decision = visit?.review?.decision ?? 'approve';
    await this.insist(visit?.door ?? 0, ({ orders }) =>
      orders.decideReview(orderId, decision, 'reviewer', 'looked at it'),
    );
  }

  private later(delayMs: number, act: () => Promise<void>): void {
    this.pending += 1;
    this.timeline.after(delayMs, () => {
      void act().finally(() => {
        this.pending -= 1;
      });
    });
  }

  private async checkOut(visit: Visit, which: number): Promise<void> {
    const answer = await this.insist(which, ({ orders }) => orders.checkout(visit.request));
    if (answer === undefined) return;
    const first = [...this.accepted.values()].find((each) => each.visit === visit);
    if (first !== undefined) {
      if (first.answer.orderId !== answer.orderId) {
        const { idempotencyKey } = visit.request;
        this.complaints.push(`${idempotencyKey} was given ${first.answer.orderId} and ${answer.orderId}`);
      }
      return;
    }
    this.accepted.set(answer.orderId, { visit, answer });
    this.goOn(visit, answer.orderId);
  }

  private goOn({ request, cancelAfterMs, review, door }: Visit, orderId: string): void {
    if (cancelAfterMs !== null) {
      this.later(cancelAfterMs, async () => {
        await this.insist(door, ({ orders }) =>
          orders.requestCancel(orderId, request.userId, 'changed my mind'),
        );
      });
    }
    if (review === null) return;
    this.later(review.scoredAfterMs, async () => {
      await this.publishScore(orderId);
      this.later(review.decidedAfterMs, () => this.decide(orderId));
    });
  }

  /** Undefined: refused for good. */
  private async insist<Answer>(
    which: number,
    request: (desk: Desk) => Promise<Answer>,
  ): Promise<Answer | undefined> {
    for (let attempt = 0; ; attempt += 1) {
      try {
        return await this.door.ask(which + attempt, request);
      } catch (error) {
        if (!(error instanceof OrreryError)) throw error;
        if (!error.retryable) {
          this.complaints.push(`a request was refused with ${errorCode(error)}: ${error.message}`);
          return undefined;
        }
      }
      await this.wait(AGAIN_MS);
    }
  }

  private async publishScore(orderId: string): Promise<void> {
    for (;;) {
      try {
        await this.door.score(orderId, 95);
        return;
      } catch {
        await this.wait(AGAIN_MS);
      }
    }
  }

  private wait(delayMs: number): Promise<void> {
    return new Promise((resolve) => {
      this.timeline.after(delayMs, resolve);
    });
  }
}

const AGAIN_MS = 700;

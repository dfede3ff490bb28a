import t from 'tap';
import type { Draft } from '../../core/engine/behaviour.ts';
import type { Random } from '../../core/kernel/clock.ts';
import { item, OrderWorld } from './testing/order-world.ts';
import { Participants } from './testing/participants.ts';
import type { Answer } from './testing/participants.ts';

/*
 * Orders that live through arbitrary sequences of what may happen: requests and answers delayed, repeated and out of
 * order, time-outs at any moment, people who cancel and decide. Then the world calms down, everything outstanding is
 * answered, and stock, money and parcels must add up.
 */

const WALKS = 250;
const STEPS = 80;
const CALM_STEPS_MAX = 500;

/** Mulberry32, by Tommy Ettinger (public domain). */
function seeded(seed: number): Random {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

class Walk {
  readonly random: Random;
  readonly order = new OrderWorld([item('A', 2), item('B', 1), item('C', 3)]);
  readonly others: Participants;
  readonly requests: Draft[] = [];
  readonly answers: Answer[] = [];
  readonly path: string[] = [];
  #noted = 0;

  constructor(seed: number) {
    this.random = seeded(seed);
    this.others = new Participants(this.random);
    this.#collect();
  }

  chaos(): void {
    for (let step = 0; step < STEPS; step += 1) {
      const die = this.random();
      if (die < 0.4) this.#handleRequest();
      else if (die < 0.8) this.#hearAnswer(this.random() < 0.1);
      else if (die < 0.88) this.answers.push(...this.others.moveOn());
      else if (die < 0.92) this.#passTime();
      else if (die < 0.94) this.#hear({ type: 'order.cancel.requested', data: {} });
      else if (die < 0.97)
        this.#hear({ type: 'fraud.scored', data: { score: Math.floor(this.random() * 101) } });
      else this.#decide();
    }
  }

  /** Everything outstanding is answered; what waits for people or time gets it. False: it never rests. */
  calm(): boolean {
    this.others.calm = true;
    for (let step = 0; step < CALM_STEPS_MAX; step += 1) {
      if (this.requests.length > 0) this.#handleRequest();
      else if (this.answers.length > 0) this.#hearAnswer(false);
      else if (this.order.finished) return true;
      else if (this.order.state === 'review.deciding') this.#decide();
      else if (this.order.state === 'failed') this.#hear({ type: 'order.cancel.requested', data: {} });
      else {
        const news = this.others.moveOn();
        if (news.length > 0) this.answers.push(...news);
        else this.#passTime();
      }
    }
    return false;
  }

  #handleRequest(): void {
    const [request] = this.requests.splice(Math.floor(this.random() * this.requests.length), 1);
    if (request === undefined) return;
    this.answers.push(...this.others.handle(request));
    // The engine sends what is unanswered again (P14).
    if (!this.others.calm && this.random() < 0.1) this.requests.push(request);
  }

  #hearAnswer(again: boolean): void {
    const at = Math.floor(this.random() * this.answers.length);
    const answer = this.answers[at];
    if (answer === undefined) return;
    if (!again) this.answers.splice(at, 1);
    this.#hear(answer);
  }

  #decide(): void {
    const decision = this.random() < 0.5 ? 'approve' : 'reject';
    this.#hear({ type: 'order.review.decided', data: { decision } });
  }

  #hear({ type, data }: Answer): void {
    this.order.hear(type, data);
    this.path.push(`${type} → ${this.order.state}`);
    this.#collect();
  }

  #passTime(): void {
    const dues = [...this.order.timers.values()].map(({ dueAt }) => dueAt);
    if (dues.length === 0) return;
    this.order.wait(Math.max(0, Math.min(...dues) - this.order.now));
    this.path.push(`time → ${this.order.state}`);
    this.#collect();
  }

  #collect(): void {
    this.requests.push(...this.order.allSent.slice(this.#noted).filter(({ awaitsAnswer }) => awaitsAnswer));
    this.#noted = this.order.allSent.length;
  }
}

const seen = new Set<string>();
for (let seed = 1; seed <= WALKS; seed += 1) {
  const walk = new Walk(seed);
  const { order, others } = walk;
  walk.chaos();
  const rests = walk.calm();
  for (const step of walk.path) seen.add(step.split(' → ')[1] ?? '');

  const stock = [...others.stock.values()];
  const left = [...others.parcels.values()].filter(
    (parcel) => parcel === 'dispatched' || parcel === 'delivered',
  );
  const kept = {
    units: stock.some((line) => line === 'held' || line === 'committed'),
    money: others.charge === 'taken',
    parcels: left.length,
  };
  const expected =
    order.state === 'delivered'
      ? { units: true, money: true, parcels: 1 }
      : { units: false, money: false, parcels: 0 };
  const told = order.all(order.state === 'delivered' ? 'order.delivered' : 'order.cancelled').length;
  const holds =
    rests &&
    JSON.stringify(kept) === JSON.stringify(expected) &&
    (order.state !== 'delivered' || stock.every((line) => line === 'committed')) &&
    told > 0 &&
    order.timers.size === 0;
  if (!holds) t.fail(`walk ${String(seed)} adds up`, { kept, expected, rests, told, path: walk.path });
}

t.pass(`${String(WALKS)} walks add up`);
t.strictSame(
  [...seen].sort(),
  [
    'awaitingPayment',
    'cancelled',
    'committingStock',
    'compensating.resting',
    'compensating.settling',
    'compensating.withdrawing',
    'confirmed.requestingParcel',
    'confirmed.resting',
    'delivered',
    'failed',
    'pending',
    'processing',
    'review.deciding',
    'review.withdrawing',
    'shipped.overdue',
    'shipped.underWay',
  ],
  'the walks come through every state',
);

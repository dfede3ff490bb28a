import { NETWORK_MS, OWN_MS, PAST_ATTEMPTS_MAX, type PaymentAttempt, RECENT_ATTEMPTS } from './attempts.ts';
import type { PaymentPast } from './signals.ts';

/** Attempts by shopper and network, to be looked at in the order of time. */
export class PaymentHistory {
  private readonly own = new Map<string, PaymentAttempt[]>();
  private readonly networks = new Map<string, PaymentAttempt[]>();
  private recent: PaymentAttempt[] = [];

  /** No attempt may come before one that was added earlier. */
  add(attempt: PaymentAttempt): void {
    keep(this.own, attempt.userId, attempt);
    if (attempt.network !== null) keep(this.networks, attempt.network, attempt);
    this.recent.push(attempt);
    if (this.recent.length > 2 * RECENT_ATTEMPTS) this.recent = this.recent.slice(-RECENT_ATTEMPTS);
  }

  /** What came before an attempt, which has not been added yet. */
  before({ userId, network, atMs }: PaymentAttempt): PaymentPast {
    const since = (attempts: readonly PaymentAttempt[], spanMs: number) =>
      attempts.slice(-PAST_ATTEMPTS_MAX).filter((one) => one.atMs > atMs - spanMs);
    return {
      own: since(this.own.get(userId) ?? [], OWN_MS),
      network: since(network === null ? [] : (this.networks.get(network) ?? []), NETWORK_MS).filter(
        (one) => one.userId !== userId,
      ),
      recent: this.recent.slice(-RECENT_ATTEMPTS),
    };
  }
}

function keep(lists: Map<string, PaymentAttempt[]>, key: string, attempt: PaymentAttempt): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [attempt]);
  else list.push(attempt);
}

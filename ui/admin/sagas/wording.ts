/** Times and rates as the visualizer writes them. */
import type { GraphTransition } from '../../../core/engine/machine-graph.ts';
import { sagaTexts } from '../texts/sagas.ts';

/** `340 ms`, `2.1 s`, `4 min`, `3 h`, `12 days`: as much as one needs to compare. */
export function span(ms: number): string {
  if (ms < 1_000) return `${String(Math.round(ms))} ms`;
  if (ms < 10_000) return `${(ms / 1_000).toFixed(1)} s`;
  if (ms < 120_000) return `${String(Math.round(ms / 1_000))} s`;
  if (ms < 7_200_000) return `${String(Math.round(ms / 60_000))} min`;
  if (ms < 172_800_000) return `${String(Math.round(ms / 3_600_000))} h`;
  return `${String(Math.round(ms / 86_400_000))} days`;
}

const clock = new Intl.DateTimeFormat('en-GB', {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  fractionalSecondDigits: 3,
});
const dayAndClock = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'short',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  fractionalSecondDigits: 3,
});

/** To the millisecond. */
export function clockTime(atMs: number): string {
  return clock.format(atMs);
}

export function dayAndClockTime(atMs: number): string {
  return dayAndClock.format(atMs);
}

/** `0.4`, `12`, `1,340`. */
export function rate(perMinute: number): string {
  if (perMinute > 0 && perMinute < 10) return perMinute.toFixed(1).replace(/\.0$/, '');
  return Math.round(perMinute).toLocaleString('en-US');
}

/** A transition's condition in words: `after 30 s`, `on payment.failed, if …`. */
export function transitionWords({ cause, label, guard }: GraphTransition): string {
  const condition = guard === null ? '' : guard;
  if (cause === 'condition') {
    return condition === '' ? sagaTexts.otherwise : `${sagaTexts.transition.condition} ${condition}`;
  }
  const words = `${sagaTexts.transition[cause]} ${label}`;
  return condition === '' ? words : `${words} ${sagaTexts.if} ${condition}`;
}

/** A timer by the delay it is named for: `xstate.after.paymentTimeoutMs.order.awaitingPayment` → `after paymentTimeoutMs`. */
export function triggerWords(trigger: string): string {
  const delay = /^xstate\.after\.([^.]+)\./.exec(trigger)?.[1];
  return delay === undefined ? trigger : `${sagaTexts.transition.timeout} ${delay}`;
}

import { microBatch } from '../../core/engine/micro-batch.ts';
import type { ParticipantTools } from '../../core/engine/participant-port.ts';
import type { OutboxRow } from '../../core/engine/ports.ts';
import type { Clock } from '../../core/kernel/clock.ts';
import { silentLogger } from '../../core/kernel/logger.ts';
import type { Message } from '../../core/kernel/message.ts';
import {
  currentVersionOf,
  parseMessage,
  type DataOf,
  type MessageType,
} from '../../core/messages/catalogue.ts';

/** What a participant needs of the engine, with everything it sends laid open. */
export interface Stage {
  readonly tools: ParticipantTools;
  /** Messages of transactions that landed, in order; each has passed the catalogue's check. */
  readonly sent: Message[];
  readonly clock: TestClock;
}

export interface TestClock extends Clock {
  /** Moves time on and calls back whoever is due. */
  advance(ms: number): void;
}

let stages = 0;

export function createStage(startMs = Date.UTC(2026, 0, 5)): Stage {
  const clock = createTestClock(startMs);
  const sent: Message[] = [];
  stages += 1;
  const writer = `stage-${String(stages)}`;
  let sequence = 0;
  return {
    clock,
    sent,
    tools: {
      clock,
      logger: silentLogger,
      microBatch,
      outbox: {
        row: (messages) => {
          sequence += 1;
          return { writer, epoch: 0, sequence, messages };
        },
        committed: (row: OutboxRow) => {
          sent.push(...row.messages.map(parseMessage));
        },
        abandoned: () => undefined,
      },
    },
  };
}

function createTestClock(startMs: number): TestClock {
  let nowMs = startMs;
  const timers = new Set<{ readonly dueMs: number; readonly callback: () => void }>();
  return {
    now: () => nowMs,
    after: (delayMs, callback) => {
      const timer = { dueMs: nowMs + delayMs, callback };
      timers.add(timer);
      return () => {
        timers.delete(timer);
      };
    },
    advance: (ms) => {
      nowMs += ms;
      for (const timer of [...timers].sort((one, other) => one.dueMs - other.dueMs)) {
        if (timer.dueMs > nowMs || !timers.delete(timer)) continue;
        timer.callback();
      }
    },
  };
}

/** A message as it comes from an order. */
export function messageOf<Type extends MessageType>(id: string, type: Type, data: DataOf<Type>): Message {
  return parseMessage({
    id,
    type,
    subject: 'orderId' in data ? data.orderId : 'someone',
    correlationId: 'story',
    causationId: null,
    time: '2026-01-05T00:00:00.000Z',
    version: currentVersionOf(type),
    data,
  });
}

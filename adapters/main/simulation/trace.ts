import { WAKE } from '../../../core/engine/decide.ts';
import type { OutboxRow } from '../../../core/engine/ports.ts';
import type { BrokerEvent } from '../../simulated/broker/events.ts';
import type { Landed } from '../../simulated/stores/landed.ts';
import { START_MS, type Witness } from './world.ts';

/** A run as a timeline for people: one line for each thing that happened, in the order in which it did. */
export function tracer(print: (line: string) => void, now: () => number): Witness {
  const tell = (atMs: number, who: string, what: string): void => {
    print(`${((atMs - START_MS) / 1_000).toFixed(3).padStart(9)} s  ${who.padEnd(10)} ${what}`);
  };
  return {
    tell,
    onCommit: (landed) => {
      for (const line of landedLines(landed)) tell(now(), 'store', line);
    },
    onBroker: (event) => {
      const line = brokerLine(event);
      if (line !== undefined) tell(now(), 'broker', line);
    },
  };
}

function landedLines(landed: Landed): readonly string[] {
  const sent = landed.outbox.map(sentBy);
  switch (landed.kind) {
    case 'commit':
      return [
        ...landed.commit.log.map(
          ({ id, version, type, from, to }) =>
            `${landed.commit.owner} commits ${id} v${String(version)}: ${from} → ${to} on ${type}`,
        ),
        ...landed.commit.rows
          .filter(({ table }) => table === 'reservation')
          .map(
            ({ row }) =>
              `${landed.commit.owner} commits reservation ${text(row['order_id'])}/${text(row['sku'])}: ${text(row['status'])}`,
          ),
        ...sent,
      ];
    case 'placements':
      return [
        ...landed.placements.map(({ orderId, key }) => `order ${orderId} placed under ${key}`),
        ...sent,
      ];
    case 'rows':
      return [...landed.writes.map((row) => `${landed.service}: ${rowText(row)}`), ...sent];
    case 'appended':
      return sent;
    case 'opened':
      return [
        `${landed.owner} opens ${landed.fences.map(({ partition, epoch }) => `${String(partition)} at epoch ${String(epoch)}`).join(', ')}`,
      ];
    case 'released':
      return [`${landed.owner} releases ${landed.partitions.join(', ')}`];
    case 'adopted':
      return [
        `${landed.member} takes over what was left: ${landed.adopted.map(({ messages }) => named(messages)).join('; ')}`,
      ];
    case 'confirmed':
      return [];
  }
}

function rowText(row: object): string {
  const { chargeKey, shipmentKey, id, status, refund, recipient, subject } = row as Readonly<
    Record<string, unknown>
  >;
  if (chargeKey !== undefined) return `charge ${text(chargeKey)} ${text(status)}, refund ${text(refund)}`;
  if (shipmentKey !== undefined) return `parcel ${text(shipmentKey)} ${text(status)}`;
  return `letter ${text(id)} to ${text(recipient)}: ${text(subject)} (${text(status)})`;
}

function brokerLine(event: BrokerEvent): string | undefined {
  switch (event.type) {
    case 'published':
      return isWakeUp(event.frame.messages)
        ? undefined
        : `${event.client} publishes ${event.frame.routingKey}: ${named(event.frame.messages)}`;
    case 'delivered': {
      const again = event.redeliveries > 0 ? ` (redelivery ${String(event.redeliveries)})` : '';
      return `${event.queue} delivers to ${event.client}${again}: ${named(event.frame.messages)}`;
    }
    case 'acknowledged':
      return `${event.client} has acknowledged on ${event.queue}: ${named(event.frame.messages)}`;
    case 'returned':
      return `${event.queue} takes back ${String(event.frames.length)} frames from ${event.client}`;
    case 'retried':
      return `${event.queue} gets ${named(event.messages)} again in ${String(event.delayMs)} ms`;
    case 'buried':
      return `dead letter of ${event.letter.queue}: ${event.letter.code}: ${event.letter.reason}`;
    case 'activated':
      return `${event.client} is the only consumer of ${event.queue}`;
    case 'disconnected':
      return `${event.noticedBy === 'broker' ? 'the broker' : event.client} sees that the ${event.side} of ${event.client} is gone`;
    case 'stored':
    case 'replayed':
    case 'connected':
      return undefined;
  }
}

function sentBy({ writer, epoch, sequence, messages }: OutboxRow): string {
  return `outbox ${writer}/${String(epoch)}/${String(sequence)}: ${named(messages)}`;
}

function named(messages: readonly unknown[]): string {
  return messages
    .map((message) => {
      const { type, id } = (message ?? {}) as { readonly type?: unknown; readonly id?: unknown };
      return `${text(type)} ${text(id)}`;
    })
    .join(', ');
}

function isWakeUp(messages: readonly { readonly type: string }[]): boolean {
  return messages.every(({ type }) => type === WAKE);
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value ?? null);
}

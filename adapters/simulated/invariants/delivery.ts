import { WAKE } from '../../../core/engine/decide.ts';
import type { Message } from '../../../core/kernel/message.ts';
import { notificationId } from '../../../core/services/notifications/notification.ts';
import type { BrokerEvent } from '../broker/events.ts';
import type { MemoryDatabase } from '../stores/database.ts';
import type { Landed } from '../stores/landed.ts';
import type { Report, Watcher } from './invariants.ts';

export interface DeliveryOptions {
  readonly database: MemoryDatabase;
  readonly report: Report;
  /** The services whose queues take messages of a type. */
  readonly takers: (type: string) => readonly string[];
  /** The services that keep actors; the others are participants. */
  readonly actorServices: ReadonlySet<string>;
}

/** I9–I12 as far as messages go: what was committed arrives, is handled, and means one thing. */
export class DeliveryWatcher implements Watcher {
  private readonly options: DeliveryOptions;
  /** Everything that was committed to be sent, by id. */
  private readonly owed = new Map<string, Message>();
  /** What each participant's queue was told is done. */
  private readonly settled = new Map<string, Set<string>>();
  private readonly buried = new Set<string>();
  /** What each id stands for, as it was first seen on the wire. */
  private readonly meanings = new Map<string, string>();

  constructor(options: DeliveryOptions) {
    this.options = options;
  }

  onCommit(landed: Landed): void {
    for (const { messages } of landed.outbox)
      for (const message of messages) this.owed.set(message.id, message);
  }

  onBroker(event: BrokerEvent): void {
    switch (event.type) {
      case 'published':
        for (const message of event.frame.messages) this.compare(message);
        return;
      case 'acknowledged':
        for (const message of event.frame.messages) this.check(event.queue, message);
        return;
      case 'buried': {
        const { message, code, reason, queue } = event.letter;
        const id = idOf(message);
        if (id !== undefined) this.buried.add(id);
        if (!isBad(message)) {
          this.options.report('I10', `${String(id)} from ${queue} is buried as ${code}: ${reason}`);
        }
        return;
      }
      default:
    }
  }

  atEnd(): void {
    const { database, report, takers, actorServices } = this.options;
    for (const [id, message] of this.owed) {
      for (const service of takers(message.type)) {
        const arrived = actorServices.has(service)
          ? this.handled(service, id)
          : (this.settled.get(service)?.has(id) ?? false);
        if (!arrived && !this.buried.has(id)) report('I9', `${message.type} ${id} never got to ${service}`);
        if (service === 'notifications' && !this.told(message)) report('I9', `nobody was told of ${id}`);
      }
    }
    for (const service of ['orders', 'inventory', 'payments', 'shipping', 'notifications'] as const) {
      for (const row of database.service(service).outbox.values()) {
        report('I12', `${service} still has ${row.messages.map(({ id }) => id).join(', ')} to send`);
      }
    }
  }

  private check(queue: string, raw: unknown): void {
    const id = idOf(raw);
    if (id === undefined || isBad(raw) || (raw as Message).type === WAKE) return;
    const service = queue.split('.')[0] ?? queue;
    if (!this.options.actorServices.has(service)) {
      const settled = this.settled.get(service) ?? new Set();
      this.settled.set(service, settled.add(id));
    } else if (!this.handled(service, id) && !this.buried.has(id)) {
      this.options.report('I9', `${id} is acknowledged on ${queue} and was not handled`);
    }
  }

  private handled(service: string, id: string): boolean {
    return this.options.database.service(service).handled.has(id);
  }

  private told(message: Message): boolean {
    const rows = this.options.database.service('notifications').rows('notification');
    return rows.has(notificationId(message.id, 'email'));
  }

  /** Stock that is asked again says what is so by then, which may be another answer under the same id. */
  private compare(message: Message): void {
    if (message.type === WAKE || message.type.startsWith('inventory.')) return;
    const meaning = `${message.type} ${JSON.stringify(message.data)}`;
    const first = this.meanings.get(message.id);
    if (first === undefined) this.meanings.set(message.id, meaning);
    else if (first !== meaning) this.options.report('I11', `${message.id} was ${first} and is ${meaning}`);
  }
}

/** Ids of messages that somebody put on a queue though nobody can handle them. */
export const BAD_MESSAGE = 'bad/';

function isBad(raw: unknown): boolean {
  return idOf(raw)?.startsWith(BAD_MESSAGE) ?? true;
}

function idOf(raw: unknown): string | undefined {
  if (typeof raw !== 'object' || raw === null || !('id' in raw)) return undefined;
  return typeof raw.id === 'string' ? raw.id : undefined;
}

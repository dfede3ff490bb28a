import { followUp } from '../../engine/compose.ts';
import { createRowBatch, type RowStep } from '../../engine/row-batch.ts';
import type { Participant, ParticipantTools } from '../../engine/participant-port.ts';
import { BadMessage } from '../../kernel/errors.ts';
import type { Message } from '../../kernel/message.ts';
import { currentVersionOf } from '../../messages/catalogue.ts';
import { withinTime } from '../within-time.ts';
import type { Mailer } from './mailer.ts';
import { NOTIFIED_BY, type Drafted, type Notification, type NotifyingMessage } from './notification.ts';
import { render } from './render.ts';
import type { NotificationStore } from './store.ts';

/**
 * The notifications service: tells people what happened to their orders.
 *
 * Owns: sending each notification and keeping it where it can be read.
 * Does not own: what it says (render), how letters travel (Mailer).
 *
 * I1. A notification is kept under an id that derives from its message: a repeat changes nothing once it is sent.
 * I2. A letter is sent at least once, always under the same Message-ID (P19).
 * I3. No order ever waits for a letter: nothing here is asked for an answer.
 */
export interface NotificationsOptions {
  readonly tools: ParticipantTools;
  readonly store: NotificationStore;
  /** Undefined: letters are kept for reading, and go nowhere. */
  readonly mailer?: Mailer;
  /**
   * Whether letters for a mailbox alone can be read here where there is no mail server; default false. Only where nobody
   * but their readers gets at the platform: else a stolen session would read what only the mailbox's owner may know.
   */
  readonly privateOutbox?: boolean;
  /** Right side of the Message-ID of every letter. */
  readonly mailDomain?: string;
  /** How long one letter may take, milliseconds. */
  readonly callTimeoutMs?: number;
  /** Messages handled at once. */
  readonly concurrency?: number;
}

/** What became of a notification; `unknown`: nothing has been tried yet. */
type Fate =
  | { readonly kind: 'unknown' }
  | { readonly kind: 'accepted' }
  | { readonly kind: 'refused'; readonly reason: string };

interface Item {
  readonly cause: NotifyingMessage;
  readonly drafted: Drafted;
  readonly index: number;
  readonly fate: Fate;
}

const CALL_TIMEOUT_MS = 20_000;
/** Kept in place of a text that is for the mailbox alone. */
const CONFIDENTIAL_TEXT = 'This letter went to your mailbox only.';
const UNDELIVERED_TEXT = 'This letter is for your mailbox only, and the shop has no mail server.';

export function createNotifications(options: NotificationsOptions): Participant {
  const { tools, store, mailer, privateOutbox = false } = options;
  const callTimeoutMs = options.callTimeoutMs ?? CALL_TIMEOUT_MS;
  const mailDomain = options.mailDomain ?? 'orrery.invalid';
  const secrets = mailer !== undefined ? CONFIDENTIAL_TEXT : privateOutbox ? null : UNDELIVERED_TEXT;
  const step = createRowBatch<Notification, Item, 'send' | 'done'>({
    tools,
    store,
    keyOf: ({ drafted }) => drafted.id,
    decide: (stored, item, nowMs) => decideNotification(stored, item, nowMs, secrets),
    // Only a repeat finds its row.
    expect: () => null,
  });

  const deliver = async (item: Omit<Item, 'fate'>): Promise<void> => {
    const { drafted } = item;
    if (mailer === undefined || drafted.channel === 'sms') {
      await step({ ...item, fate: { kind: 'accepted' } });
      return;
    }
    if ((await step({ ...item, fate: { kind: 'unknown' } })) === 'done') return;
    const letter = {
      messageId: `<${drafted.id}@${mailDomain}>`,
      recipient: drafted.recipient,
      subject: drafted.subject,
      text: drafted.text,
    };
    const fate = await withinTime<Fate>(tools.clock, callTimeoutMs, (signal) => mailer.send(letter, signal));
    await step({ ...item, fate });
  };

  return {
    service: 'notifications',
    accepts: NOTIFIED_BY,
    concurrency: options.concurrency ?? 256,
    handle: async (message) => {
      const cause = asNotifying(message);
      const outcomes = await Promise.allSettled(
        render(cause).map((drafted, index) => deliver({ cause, drafted, index })),
      );
      for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
    },
    giveUp: async (message, error) => {
      const cause = asNotifying(message);
      tools.logger.warn({ messageId: cause.id, error: error.message }, 'a notification could not be sent');
      const fate: Fate = { kind: 'refused', reason: error.message.slice(0, 500) };
      await Promise.all(render(cause).map((drafted, index) => step({ cause, drafted, index, fate })));
    },
  };
}

/** Pure. `secrets`: what is kept of a confidential text; null: all of it. A notification that was sent stays sent; one that failed may be tried again by an operator's replay. */
function decideNotification(
  stored: Notification | undefined,
  { cause, drafted, index, fate }: Item,
  nowMs: number,
  secrets: string | null,
): RowStep<Notification, 'send' | 'done'> {
  if (stored?.status === 'sent') return { messages: [], result: 'done' };
  if (fate.kind === 'unknown') return { messages: [], result: 'send' };
  const createdAtMs = stored?.createdAtMs ?? nowMs;
  const kept = secrets !== null && isConfidential(cause) ? { ...drafted, text: secrets } : drafted;
  if (fate.kind === 'refused') {
    const row: Notification = { status: 'failed', reason: fate.reason, createdAtMs, ...kept };
    return { row, messages: [], result: 'done' };
  }
  const row: Notification = { status: 'sent', reason: null, createdAtMs, ...kept };
  const { id: notificationId, userId, channel, subject, orderId } = drafted;
  const data = { notificationId, userId, channel, subject, ...(orderId === null ? {} : { orderId }) };
  const draft = { type: 'notification.sent', subject: orderId ?? userId, data };
  return { row, messages: [followUp(cause, draft, index, nowMs, currentVersionOf)], result: 'done' };
}

/** Kept for reading, such a letter would tell whoever holds a session what only the owner of the mailbox may know. */
function isConfidential(cause: NotifyingMessage): boolean {
  return cause.type === 'notification.requested' && cause.data.confidential === true;
}

/** The engine checked the message against the catalogue before it came here. */
function asNotifying(message: Message): NotifyingMessage {
  if (NOTIFIED_BY.some((type) => type === message.type)) return message as NotifyingMessage;
  throw new BadMessage('unexpected_type', `notifications does not handle ${message.type}`);
}

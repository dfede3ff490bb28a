import type { Clock } from '../../kernel/clock.ts';
import { isoTime } from '../../kernel/iso-time.ts';
import type { Message } from '../../kernel/message.ts';
import { notificationRequested } from '../../messages/notifications.ts';

/** A letter to somebody with an account. */
export interface LetterToUser {
  readonly userId: string;
  readonly email: string;
  readonly subject: string;
  readonly text: string;
  /** The order it is about. */
  readonly orderId?: string;
  /** Not to be read anywhere but in the mailbox, or in an outbox that only the people of one machine reach. */
  readonly confidential?: boolean;
}

export interface Letters {
  /** Resolves once the letter is durable on its way: it is delivered from then on, whatever happens to this process. */
  send(letter: LetterToUser): Promise<void>;
}

/** Letters by way of the notifications service. `send` resolves once the message is durable. */
export function lettersByNotification(ports: {
  readonly send: (message: Message) => Promise<void>;
  readonly newId: () => string;
  readonly clock: Pick<Clock, 'now'>;
}): Letters {
  return {
    send: (letter) =>
      ports.send({
        id: `letter/${ports.newId()}`,
        type: notificationRequested.type,
        subject: letter.userId,
        correlationId: letter.userId,
        causationId: null,
        time: isoTime(ports.clock.now()),
        version: notificationRequested.version,
        data: notificationRequested.data.parse({ ...letter, channel: 'email' }),
      }),
  };
}

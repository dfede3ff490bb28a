import t from 'tap';
import type { Message } from '../../kernel/message.ts';
import { parseMessage } from '../../messages/catalogue.ts';
import { lettersByNotification } from './letters.ts';
import { resetLetter } from './reset-letter.ts';

t.test('a letter is a message that the notifications service takes', async (t) => {
  const sent: Message[] = [];
  const letters = lettersByNotification({
    send: (message) => Promise.resolve(void sent.push(message)),
    newId: () => 'n1',
    clock: { now: () => 0 },
  });
  await letters.send(resetLetter({ id: 'u1', email: 'ada@example.com' }, 'the-token', 30, undefined));
  const [message] = sent;
  t.same(parseMessage(message), message, 'as the catalogue wants it');
  t.match(message, {
    id: 'letter/n1',
    type: 'notification.requested',
    subject: 'u1',
    time: '1970-01-01T00:00:00.000Z',
    data: { userId: 'u1', email: 'ada@example.com', channel: 'email', text: /the-token/, confidential: true },
  });
});

import type { Test } from 'tap';
import { OrreryError } from '../../core/kernel/errors.ts';
import type { Letter, Mailer } from '../../core/services/notifications/mailer.ts';
import { createNotifications } from '../../core/services/notifications/notifications.ts';
import type { NotificationQueries } from '../../core/services/notifications/ports.ts';
import type { NotificationStore } from '../../core/services/notifications/store.ts';
import { createStage, messageOf } from './participant-stage.ts';

class ScriptedMailer implements Mailer {
  readonly letters: Letter[] = [];
  down = false;
  refuses = false;

  send(letter: Letter): ReturnType<Mailer['send']> {
    if (this.down) return Promise.reject(new OrreryError('smtp_unavailable', 'down', { retryable: true }));
    if (this.refuses) return Promise.resolve({ kind: 'refused', reason: 'no such user' });
    this.letters.push(letter);
    return Promise.resolve({ kind: 'accepted' });
  }
}

/** What the notifications service must do whatever its store is made of (P19). */
export async function notificationsContract(
  t: Test,
  adapter: { readonly store: NotificationStore; readonly queries: NotificationQueries },
): Promise<void> {
  const { store, queries } = adapter;
  let scenes = 0;
  const scene = (
    options: { readonly withMailer: boolean; readonly privateOutbox?: boolean } = { withMailer: true },
  ) => {
    scenes += 1;
    const stage = createStage();
    const mailer = new ScriptedMailer();
    const userId = `user-${String(scenes)}`;
    const orderId = `order-${String(scenes)}`;
    const facts = {
      orderId,
      userId,
      email: 'ann@example.org',
      customerName: 'Ann',
      totalCents: 1234,
      currency: 'USD',
    };
    return {
      ...stage,
      mailer,
      userId,
      orderId,
      facts,
      confirmed: messageOf(`${orderId}/confirmed`, 'order.confirmed', facts),
      notifications: createNotifications({
        tools: stage.tools,
        store,
        ...(options.withMailer ? { mailer } : {}),
        privateOutbox: options.privateOutbox ?? false,
      }),
    };
  };

  await t.test('an event becomes one letter, kept for reading, and told', async (t) => {
    const { notifications, confirmed, mailer, sent, userId, orderId } = scene();
    await notifications.handle(confirmed);
    t.match(mailer.letters, [{ messageId: /^<n-[0-9a-f]{32}@.+>$/, recipient: 'ann@example.org' }]);
    t.match(await queries.ofUser(userId, 10), [
      { orderId, channel: 'email', status: 'sent', subject: /confirmed/, text: /\$12\.34/ },
    ]);
    t.match(sent, [{ type: 'notification.sent', subject: orderId, data: { userId, channel: 'email' } }]);
  });

  await t.test('a repeat sends nothing', async (t) => {
    const { notifications, confirmed, mailer, sent, userId } = scene();
    await notifications.handle(confirmed);
    await notifications.handle(confirmed);
    t.equal(mailer.letters.length, 1);
    t.equal(sent.length, 1);
    t.equal((await queries.ofUser(userId, 10)).length, 1);
  });

  await t.test('two handlers at the same moment keep one notification, under one Message-ID', async (t) => {
    const { notifications, confirmed, mailer, sent, userId } = scene();
    await Promise.all([notifications.handle(confirmed), notifications.handle(confirmed)]);
    t.equal(new Set(mailer.letters.map(({ messageId }) => messageId)).size, 1);
    t.equal(sent.length, 1);
    t.equal((await queries.ofUser(userId, 10)).length, 1);
  });

  await t.test('a parcel on its way is told by e-mail and SMS', async (t) => {
    const { notifications, facts, mailer, userId, orderId } = scene();
    const shipped = { ...facts, trackingNumber: 'MX42', carrier: 'Meridian' };
    await notifications.handle(messageOf(`${orderId}/shipped`, 'order.shipped', shipped));
    const views = await queries.ofUser(userId, 10);
    t.same(views.map(({ channel }) => channel).sort(), ['email', 'sms']);
    t.ok(views.every(({ text }) => text.includes('MX42')));
    t.equal(mailer.letters.length, 1, 'no SMS goes by mail');
  });

  await t.test('without a mail server letters are kept and can be read', async (t) => {
    const { notifications, confirmed, mailer, userId, sent } = scene({ withMailer: false });
    await notifications.handle(confirmed);
    t.equal(mailer.letters.length, 0);
    t.match(await queries.ofUser(userId, 10), [{ status: 'sent' }]);
    t.equal(sent.length, 1);
  });

  await t.test('a mail server that is down delays the letter, and keeps no SMS back', async (t) => {
    const { notifications, facts, mailer, userId, orderId, sent } = scene();
    const shipped = { ...facts, trackingNumber: 'MX42', carrier: 'Meridian' };
    const message = messageOf(`${orderId}/shipped`, 'order.shipped', shipped);
    mailer.down = true;
    await t.rejects(notifications.handle(message), { code: 'smtp_unavailable', retryable: true });
    t.match(await queries.ofUser(userId, 10), [{ channel: 'sms' }]);
    mailer.down = false;
    await notifications.handle(message);
    t.equal((await queries.ofUser(userId, 10)).length, 2);
    t.equal(sent.length, 2);
  });

  await t.test('after the last try the letter stands as failed, and a replay still sends it', async (t) => {
    const { notifications, confirmed, mailer, userId, sent } = scene();
    mailer.down = true;
    await notifications.giveUp?.(confirmed, new Error('ten times'));
    t.match(await queries.ofUser(userId, 10), [{ status: 'failed' }]);
    t.equal(sent.length, 0);
    mailer.down = false;
    await notifications.handle(confirmed);
    t.match(await queries.ofUser(userId, 10), [{ status: 'sent' }]);
    await notifications.giveUp?.(confirmed, new Error('late'));
    t.match(await queries.ofUser(userId, 10), [{ status: 'sent' }], 'what was sent stays sent');
  });

  await t.test('an address that is refused for good fails without another try', async (t) => {
    const { notifications, confirmed, mailer, userId, sent } = scene();
    mailer.refuses = true;
    await notifications.handle(confirmed);
    t.match(await queries.ofUser(userId, 10), [{ status: 'failed' }]);
    t.equal(sent.length, 0);
  });

  await t.test('a confidential letter is for the mailbox alone, where there is one', async (t) => {
    const letter = (userId: string) =>
      messageOf(`${userId}/secret`, 'notification.requested', {
        userId,
        email: 'ann@example.org',
        channel: 'email',
        subject: 'Choose a new password',
        text: 'the token is 42',
        confidential: true,
      });
    const mailed = scene();
    await mailed.notifications.handle(letter(mailed.userId));
    t.match(mailed.mailer.letters, [{ text: 'the token is 42' }]);
    t.match(await queries.ofUser(mailed.userId, 10), [{ status: 'sent', subject: 'Choose a new password' }]);
    t.notMatch((await queries.ofUser(mailed.userId, 10))[0]?.text, '42');
    const lost = scene();
    await lost.notifications.giveUp?.(letter(lost.userId), new Error('ten times'));
    t.notMatch((await queries.ofUser(lost.userId, 10))[0]?.text, '42', 'one that could not be sent either');
    const unmailed = scene({ withMailer: false });
    await unmailed.notifications.handle(letter(unmailed.userId));
    t.notMatch((await queries.ofUser(unmailed.userId, 10))[0]?.text, '42', 'a session is no mailbox');
    const alone = scene({ withMailer: false, privateOutbox: true });
    await alone.notifications.handle(letter(alone.userId));
    t.match(await queries.ofUser(alone.userId, 10), [{ text: 'the token is 42' }], 'nobody else gets there');
  });

  await t.test('a reader pages through the newest first, and only through their own', async (t) => {
    const { notifications, userId, clock } = scene({ withMailer: false });
    for (let index = 0; index < 5; index += 1) {
      // Two at a time share a moment: the id tells them apart.
      if (index % 2 === 0) clock.advance(1_000);
      await notifications.handle(
        messageOf(`${userId}/note-${String(index)}`, 'notification.requested', {
          userId,
          email: 'ann@example.org',
          channel: 'email',
          subject: `note ${String(index)}`,
          text: 'text',
        }),
      );
    }
    const all = await queries.ofUser(userId, 10);
    t.equal(all.length, 5);
    t.equal(all[0]?.subject, 'note 4');
    const paged = [];
    let before: string | undefined;
    for (let page = 0; page < 4; page += 1) {
      const items = await queries.ofUser(userId, 2, before);
      paged.push(...items);
      before = items.at(-1)?.id ?? before;
    }
    t.same(paged, all);
    t.same(await queries.ofUser('somebody else', 10, all[0]?.id), []);
  });
}

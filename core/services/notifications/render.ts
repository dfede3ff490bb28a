import { unreachable } from '../../kernel/assert.ts';
import { notificationId, type Drafted, type Notification, type NotifyingMessage } from './notification.ts';

/**
 * What people are told about each event: plain text, an e-mail always, an SMS besides when the parcel leaves. Pure.
 * Whatever came from outside is kept to one line where it stands in a subject.
 */
export function render(message: NotifyingMessage): readonly Drafted[] {
  switch (message.type) {
    case 'order.confirmed': {
      const { orderId, totalCents, currency } = message.data;
      return [
        email(message, `Your order ${orderId} is confirmed`, [
          `thank you for your order ${orderId}. We have received your payment of ${money(totalCents, currency)}`,
          'and are preparing your parcel. We will write again as soon as it is on its way.',
        ]),
      ];
    }
    case 'order.shipped': {
      const { orderId, carrier, trackingNumber } = message.data;
      const sms = `Your order ${orderId} is on its way with ${carrier}, tracking number ${trackingNumber}.`;
      return [
        email(message, `Your order ${orderId} is on its way`, [
          `your order ${orderId} has left our warehouse with ${carrier}.`,
          `Tracking number: ${trackingNumber}`,
        ]),
        { recipient: message.data.userId, subject: `Order ${orderId}`, text: sms, ...facts(message, 'sms') },
      ];
    }
    case 'order.delivered': {
      const { orderId } = message.data;
      return [
        email(message, `Your order ${orderId} has arrived`, [
          `your order ${orderId} has been delivered. We hope you enjoy it.`,
        ]),
      ];
    }
    case 'order.cancelled': {
      const { orderId, reason, refundedCents, currency } = message.data;
      const refund =
        refundedCents > 0
          ? `We have refunded ${money(refundedCents, currency)} the way you paid.`
          : 'You have not been charged.';
      return [
        email(message, `Your order ${orderId} was cancelled`, [
          `your order ${orderId} was cancelled: ${inWords(reason)}.`,
          refund,
        ]),
      ];
    }
    case 'order.failed': {
      const { orderId } = message.data;
      return [
        email(message, `We could not complete your order ${orderId}`, [
          `something went wrong with your order ${orderId}, and a colleague is looking into it.`,
          'You need not do anything: we will write again once it is settled.',
        ]),
      ];
    }
    case 'notification.requested': {
      const { userId, email: address, channel, subject, text, orderId } = message.data;
      return [
        {
          id: notificationId(message.id, channel),
          userId,
          orderId: orderId ?? null,
          channel,
          recipient: channel === 'sms' ? userId : address,
          subject: oneLine(subject),
          text,
        },
      ];
    }
    default:
      return unreachable(message);
  }
}

type OrderMessage = Exclude<NotifyingMessage, { type: 'notification.requested' }>;

function facts(message: OrderMessage, channel: Notification['channel']) {
  const { userId, orderId } = message.data;
  return { id: notificationId(message.id, channel), userId, orderId, channel };
}

function email(message: OrderMessage, subject: string, lines: readonly string[]): Drafted {
  const { email: recipient, customerName } = message.data;
  const name = oneLine(customerName);
  const greeting = name === '' ? 'Hello,' : `Hello ${name},`;
  const text = [greeting, '', ...lines, '', 'Kind regards', 'Orrery', ''].join('\n');
  return { recipient, subject: oneLine(subject), text, ...facts(message, 'email') };
}

const REASONS: ReadonlyMap<string, string> = new Map([
  ['out_of_stock', 'an item is out of stock'],
  ['declined', 'the payment was declined'],
  ['insufficient_funds', 'the payment was declined for insufficient funds'],
  ['expired_card', 'the card has expired'],
  ['invalid_token', 'the payment details were not accepted'],
  ['payment_timeout', 'the payment did not go through in time'],
]);

function inWords(reason: string): string {
  return REASONS.get(reason) ?? oneLine(reason).replaceAll('_', ' ');
}

/** Control characters, line breaks above all, become spaces: a subject is one header line. */
export function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ').trim();
}

/** Making one, and asking it for its digits, costs far more than using it; there are as many as currencies. */
const moneyFormats = new Map<string, { readonly format: Intl.NumberFormat; readonly minorUnits: number }>();

/** Minor units as people write them: `$12.34`. */
function money(cents: number, currency: string): string {
  const { format, minorUnits } = moneyFormats.get(currency) ?? newMoneyFormat(currency);
  return format.format(cents / minorUnits);
}

function newMoneyFormat(currency: string) {
  const format = new Intl.NumberFormat('en-US', { style: 'currency', currency });
  const known = { format, minorUnits: 10 ** (format.resolvedOptions().maximumFractionDigits ?? 2) };
  moneyFormats.set(currency, known);
  return known;
}

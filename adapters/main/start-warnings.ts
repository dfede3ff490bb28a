import { isLoopbackHost } from '../http/loopback.ts';
import { SERVICE_NAMES, type Settings } from './settings.ts';

type Told = Pick<
  Settings,
  'host' | 'publicUrl' | 'services' | 'smtpUrl' | 'stripeSecretKey' | 'stripePublishableKey'
>;

/**
 * Whether nobody but the people of this machine reaches the platform: only then are letters that are for a mailbox alone
 * kept where a session can read them, for there is no mailbox to send them to.
 */
export function isPrivate({ host, publicUrl, services }: Told): boolean {
  return publicUrl === undefined && isLoopbackHost(host) && services.length === SERVICE_NAMES.length;
}

/** What works less well than it could with these settings: why, and what to do. One line each; pure. */
export function startWarnings(settings: Told): readonly string[] {
  const { host, publicUrl, services, smtpUrl, stripeSecretKey, stripePublishableKey } = settings;
  const lines: string[] = [];
  if (services.includes('gateway')) {
    const url = publicUrl === undefined ? undefined : new URL(publicUrl);
    if (url === undefined && !isLoopbackHost(host)) {
      lines.push(
        `PUBLIC_URL is unset and HOST is ${host}: over plain http whoever is on the way can read the session cookie, ` +
          'and letters have a code without a link; put a proxy with TLS in front and set PUBLIC_URL=https://…',
      );
    }
    if (url?.protocol === 'http:' && !isLoopbackHost(url.hostname)) {
      lines.push(
        `PUBLIC_URL is ${url.origin}: over plain http whoever is on the way can read the session cookie; ` +
          'put a proxy with TLS in front and set PUBLIC_URL=https://…',
      );
    }
    if (stripeSecretKey !== undefined && stripePublishableKey === undefined) {
      lines.push(
        'STRIPE_PUBLISHABLE_KEY is unset: the checkout page can not ask for a card, only programs that bring a token ' +
          'of Stripe can order; set it to the pk_ key of the same account',
      );
    }
  }
  if (services.includes('notifications') && smtpUrl === undefined && !isPrivate(settings)) {
    lines.push(
      'SMTP_URL is unset: letters are kept in the outbox only, and those for forgotten passwords reach nobody; set it',
    );
  }
  return lines;
}

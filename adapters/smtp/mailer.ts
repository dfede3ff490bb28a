import { createTransport } from 'nodemailer';
import { errorMessage, OrreryError } from '../../core/kernel/errors.ts';
import type { Letter, Mailer } from '../../core/services/notifications/mailer.ts';

/**
 * Letters by SMTP.
 *
 * Owns: the pool of connections, what a server's refusal means.
 * Does not own: when a letter is tried again, circuit and overall time-out.
 */
export interface SmtpOptions {
  /** `smtp://user:password@host:port` or `smtps://…`. */
  readonly url: string;
  readonly from: string;
  /** Connecting, greeting and each answer may take this long, milliseconds. */
  readonly answerTimeoutMs?: number;
}

export interface SmtpMailer extends Mailer {
  /** Resolves when the server can be talked to; rejects with retryable `smtp_unavailable`. */
  ping(): Promise<void>;
  close(): void;
}

const ANSWER_TIMEOUT_MS = 10_000;

/** One address and nothing else: no list, no display name, no room for another header. */
const ADDRESS = /^[^\s@<>()[\],;:\\"\p{Cc}]+@[^\s@<>()[\],;:\\"\p{Cc}]+$/u;

export function createSmtpMailer(options: SmtpOptions): SmtpMailer {
  const answerTimeoutMs = options.answerTimeoutMs ?? ANSWER_TIMEOUT_MS;
  const transport = createTransport({
    url: options.url,
    pool: true,
    maxConnections: 4,
    connectionTimeout: answerTimeoutMs,
    greetingTimeout: answerTimeoutMs,
    socketTimeout: answerTimeoutMs,
    dnsTimeout: answerTimeoutMs,
    // A letter is text we made: it never reads a file or a page on our side.
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return {
    send: async (letter, signal) => {
      if (!ADDRESS.test(letter.recipient)) return { kind: 'refused', reason: 'not an e-mail address' };
      signal.throwIfAborted();
      try {
        await transport.sendMail(envelope(letter, options.from));
        return { kind: 'accepted' };
      } catch (error) {
        if (isRefusal(error)) return { kind: 'refused', reason: errorMessage(error).slice(0, 500) };
        throw unavailable(error);
      }
    },
    ping: async () => {
      try {
        await transport.verify();
      } catch (error) {
        throw unavailable(error);
      }
    },
    close: () => {
      transport.close();
    },
  };
}

function envelope(letter: Letter, from: string) {
  return {
    from,
    to: { name: '', address: letter.recipient },
    subject: letter.subject.replace(/\p{Cc}+/gu, ' '),
    text: letter.text,
    messageId: letter.messageId,
    // Tells answering machines to stay silent (RFC 3834).
    headers: { 'Auto-Submitted': 'auto-generated' },
  };
}

/** 5xx about this recipient or this letter is for good (RFC 5321, 4.2.1); 5xx at sign-in is our own trouble. */
function isRefusal(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { responseCode, command } = error as { responseCode?: unknown; command?: unknown };
  const aboutLetter = command === 'RCPT TO' || command === 'DATA';
  return aboutLetter && typeof responseCode === 'number' && responseCode >= 500;
}

function unavailable(cause: unknown): OrreryError {
  return new OrreryError(
    'smtp_unavailable',
    `the mail server did not take the letter: ${errorMessage(cause)}`,
    {
      retryable: true,
      cause,
    },
  );
}

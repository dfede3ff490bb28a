/** A letter as it leaves the house. */
export interface Letter {
  /** Stable for one notification, so that a letter sent twice can be told from two letters (P19). */
  readonly messageId: string;
  readonly recipient: string;
  readonly subject: string;
  readonly text: string;
}

export interface Mailer {
  /**
   * Resolves once the mail server took the letter, or refused it for good. Rejects with a retryable error when
   * nobody knows: the letter may be sent again, under the same Message-ID (P19).
   */
  send(
    letter: Letter,
    signal: AbortSignal,
  ): Promise<{ readonly kind: 'accepted' } | { readonly kind: 'refused'; readonly reason: string }>;
}

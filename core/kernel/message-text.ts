import type { Message } from './message.ts';

/**
 * A message as JSON, made once: what the outbox keeps, what is published and what its frame counts is the same text.
 * Messages never change once they were composed.
 */
export function messageText(message: Message): string {
  let text = texts.get(message);
  if (text === undefined) {
    text = JSON.stringify(message);
    texts.set(message, text);
  }
  return text;
}

/** Messages as a JSON array. */
export function messagesText(messages: readonly Message[]): string {
  return `[${messages.map(messageText).join(',')}]`;
}

const texts = new WeakMap<Message, string>();

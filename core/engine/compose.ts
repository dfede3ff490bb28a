import type { Message } from '../kernel/message.ts';
import { isoTime } from '../kernel/iso-time.ts';
import type { Draft } from './behaviour.ts';

/** Tells the schema version of a type; the composition root passes the catalogue's. */
export type VersionOf = (type: string) => number;

/**
 * The message that answers or follows `cause`, sent by a participant: its id derives from the cause's id, so that
 * a repeat of the cause sends the same message again (P14). `index` tells several messages of one cause apart.
 */
export function followUp(
  cause: Message,
  draft: Draft,
  index: number,
  nowMs: number,
  versionOf: VersionOf,
): Message {
  return compose(answerId(cause.id, index), cause, draft, nowMs, versionOf);
}

/**
 * The messages of one reaction. Ids derive from the actor and the version it reached, those of answers from the
 * message they answer (P6, P14).
 */
export function composeReaction(
  actor: { readonly kind: string; readonly id: string; readonly version: number },
  cause: Message,
  drafts: readonly Draft[],
  nowMs: number,
  versionOf: VersionOf,
): Message[] {
  let answers = 0;
  return drafts.map((draft, index) => {
    if (draft.answer !== true) {
      const id = `${actor.kind}/${actor.id}/${String(actor.version)}/${String(index)}`;
      return compose(id, cause, draft, nowMs, versionOf);
    }
    answers += 1;
    return followUp(cause, draft, answers - 1, nowMs, versionOf);
  });
}

/** Key by key, in the envelope's order: put together from spreads, a message costs ten times as much. */
function compose(id: string, cause: Message, draft: Draft, nowMs: number, versionOf: VersionOf): Message {
  const message: { -readonly [Key in keyof Message]?: Message[Key] } = {
    id,
    type: draft.type,
    subject: draft.subject,
  };
  if (draft.to !== undefined) message.to = draft.to;
  message.correlationId = cause.correlationId;
  message.causationId = cause.id;
  message.time = isoTime(nowMs);
  message.version = versionOf(draft.type);
  if (cause.traceparent !== undefined) message.traceparent = cause.traceparent;
  message.data = draft.data;
  return message as Message;
}

/** Id of the `index`-th message that answers the message `causeId`. */
export function answerId(causeId: string, index: number): string {
  return `${causeId}/a${String(index)}`;
}

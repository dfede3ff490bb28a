import type { Message } from '../kernel/message.ts';
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
  return {
    id: answerId(cause.id, index),
    type: draft.type,
    subject: draft.subject,
    ...(draft.to === undefined ? {} : { to: draft.to }),
    correlationId: cause.correlationId,
    causationId: cause.id,
    time: new Date(nowMs).toISOString(),
    version: versionOf(draft.type),
    ...(cause.traceparent === undefined ? {} : { traceparent: cause.traceparent }),
    data: draft.data,
  };
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
    const message = followUp(cause, draft, answers, nowMs, versionOf);
    if (draft.answer === true) {
      answers += 1;
      return message;
    }
    return { ...message, id: `${actor.kind}/${actor.id}/${String(actor.version)}/${String(index)}` };
  });
}

/** Id of the `index`-th message that answers the message `causeId`. */
export function answerId(causeId: string, index: number): string {
  return `${causeId}/a${String(index)}`;
}

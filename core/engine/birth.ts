import type { Message } from '../kernel/message.ts';
import type { AnyBehaviour, Reaction } from './behaviour.ts';
import { composeReaction, type VersionOf } from './compose.ts';
import { changeTimers, logRowOf, storyOf } from './decide.ts';
import { adjustWake, type LiveActor, writeOf } from './live-actor.ts';
import type { ActorWrite, LogRow } from './ports.ts';

/**
 * Owns: the first version of an actor that intake creates, outside its partition: nobody else can know the actor yet,
 * so no fence is needed, only that it does not exist (`expectedVersion` 0).
 */
export interface Birth {
  readonly actor: ActorWrite;
  readonly log: LogRow;
  readonly messages: readonly Message[];
}

/** `cause` is what the log shows as the actor's beginning; its id must be unique to the actor. */
export function beginActor<State>(
  behaviour: AnyBehaviour,
  place: { readonly id: string; readonly partition: number },
  cause: Message,
  reaction: Reaction<State>,
  now: number,
  versionOf: VersionOf,
): Birth {
  const { kind } = behaviour;
  const messages = composeReaction(
    { kind, id: place.id, version: 1 },
    cause,
    reaction.messages,
    now,
    versionOf,
  );
  const actor: LiveActor = {
    behaviour,
    id: place.id,
    partition: place.partition,
    version: 1,
    storedVersion: 0,
    state: reaction.state,
    timers: changeTimers([], reaction.timers, 1, storyOf(place.id, cause)),
    waiting: messages
      .filter((_, index) => reaction.messages[index]?.awaitsAnswer === true)
      .map((message) => ({ message, sinceMs: now })),
    wakeAt: null,
    wakeChanged: false,
  };
  adjustWake(actor, now);
  return {
    actor: writeOf(actor),
    log: logRowOf(kind, place.id, 1, cause, reaction, messages, now),
    messages,
  };
}

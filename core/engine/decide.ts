import { BadMessage } from '../kernel/errors.ts';
import { INBOX_DAYS } from '../kernel/limits.ts';
import type { Message } from '../kernel/message.ts';
import { isRecorded } from '../kernel/tracing.ts';
import { type Reaction, type RelatedRow, type RowWrite, TIMER_FIRED, type TimerChange } from './behaviour.ts';
import { composeReaction, followUp, type VersionOf } from './compose.ts';
import {
  actorKey,
  adjustWake,
  type LiveActor,
  nextWake,
  overdueRequests,
  parkedOf,
  setWake,
  settleRequests,
  writeOf,
} from './live-actor.ts';
import type { ActorWrite, ArmedTimer, LogRow, OpenRequest, WakeWrite } from './ports.ts';
import { hold, type Pen, repair } from './repairing.ts';

/**
 * Owns: what a batch of messages does to its actors. Pure and synchronous: everything it needs was loaded before.
 * In: messages in order, actors, ids seen. Out: writes, messages to send, messages that are bad.
 *
 * I1. The same batch on the same actors gives the same decision, ids included (P6).
 * I2. A message whose id was seen changes nothing; a request seen is answered again (P14).
 * I3. A behaviour that throws harms its own message only.
 * I4. What arrives for a parked actor is kept in order, each once, and handed over before its timers fire again (P26).
 */

/** A wake-up on its way through its partition's own queue, behind all that was queued before it (P20). */
export const WAKE = 'engine.wake';

/** When a timer that a pause holds back is looked at again at the soonest. */
const HELD_TIMER_LOOK_MS = 1_000;
/** When a timer that its behaviour could not handle is tried again. */
const STUCK_TIMER_LOOK_MS = 3_600_000;

/** Rows a behaviour asked for about one message: a list for each request. */
export type Related = readonly (readonly RelatedRow[])[];

export interface DecideInput {
  readonly message: Message;
  readonly actor: LiveActor;
  /** By the id of the message, or of the timer message that a wake-up fires; absent where nothing was asked. */
  readonly related?: ReadonlyMap<string, Related>;
}

export interface DecideContext {
  readonly now: number;
  /**
   * Timers due at or before this time fire, and requests whose time for repeating came by then are repeated; behind
   * `now` while a pause is being made up for (P20).
   */
  readonly timersUntil: number;
  /** When what a pause holds back is looked at again, if that is known. */
  readonly lookAgainAt?: number | undefined;
  readonly versionOf: VersionOf;
  /** Ids handled before: in the store, or in the batch whose commit is under way (P6). */
  readonly seen: ReadonlySet<string>;
  /** By the id of a timer's message: the context that its effects are told under, where its story is traced. */
  readonly contexts?: ReadonlyMap<string, string>;
}

export interface Decision {
  readonly actors: readonly ActorWrite[];
  readonly wakes: readonly WakeWrite[];
  readonly log: readonly LogRow[];
  readonly inbox: readonly { readonly messageId: string; readonly day: string }[];
  readonly rows: readonly RowWrite[];
  /** By the partition of the sender. */
  readonly sent: ReadonlyMap<number, Message[]>;
  /** Messages of the batch that are bad; of a wake-up: a timer it fired could not be handled. */
  readonly bad: readonly BadInput[];
  /** Ids handled here: they count as seen until the store can tell (P6). */
  readonly handled: ReadonlySet<string>;
  /** Ids of the messages of timers that fired. */
  readonly fired: readonly string[];
}

export interface BadInput {
  readonly message: Message;
  readonly error: Error;
  /** Of a message that a parked actor had kept, and that is in no delivery of the batch: its partition. */
  readonly keptIn?: number;
}

/** UTC date of a time, the unit in which inbox ids are forgotten. */
export function dayOf(time: string): string {
  return time.slice(0, 10);
}

export function decideBatch(batch: readonly DecideInput[], context: DecideContext): Decision {
  const draft = new DecisionDraft(context);
  for (const { message, actor, related } of batch) {
    if (message.type === WAKE) draft.wake(actor, message, related);
    else draft.handle(actor, message, related?.get(message.id));
  }
  return draft.finish();
}

class DecisionDraft {
  private readonly context: DecideContext;
  private readonly touched = new Map<string, LiveActor>();
  private readonly rewoken = new Map<string, LiveActor>();
  private readonly log: LogRow[] = [];
  private readonly inbox: { messageId: string; day: string }[] = [];
  private readonly rows: RowWrite[] = [];
  private readonly sent = new Map<number, Message[]>();
  private readonly bad: BadInput[] = [];
  private readonly handled = new Set<string>();
  private readonly fired: string[] = [];

  /** What repairs write with. */
  private readonly pen: Pen;

  constructor(context: DecideContext) {
    this.context = context;
    this.pen = {
      now: context.now,
      apply: this.apply.bind(this),
      send: this.send.bind(this),
      refuse: (message, error, keptIn) => {
        this.bad.push({ message, error: asBadMessage(error), keptIn });
      },
    };
  }

  handle(actor: LiveActor, message: Message, related: Related | undefined): void {
    try {
      if (this.context.seen.has(message.id) || this.handled.has(message.id)) {
        this.repeat(actor, message, related);
        return;
      }
      if (actor.behaviour.remember === 'inbox') refuseOld(message, this.context.now);
      this.take(actor, message, related);
      this.handled.add(message.id);
      if (actor.behaviour.remember === 'inbox') {
        this.inbox.push({ messageId: message.id, day: dayOf(message.time) });
      }
      adjustWake(actor, this.context.now);
    } catch (error) {
      this.bad.push({ message, error: asBadMessage(error) });
    }
  }

  wake(actor: LiveActor, wake: Message, related: ReadonlyMap<string, Related> | undefined): void {
    const { now, timersUntil, lookAgainAt = now } = this.context;
    if (parkedOf(actor) !== null) {
      setWake(actor, null);
      this.rewoken.set(actorKey(actor.behaviour.kind, actor.id), actor);
      return;
    }
    let stuck = false;
    for (;;) {
      const due = earliestDue(actor.timers, timersUntil);
      if (due === undefined) break;
      const fired = inContext(firedMessage(actor, due, now), this.context.contexts);
      const rows = related?.get(fired.id);
      // A timer armed since the rows were read waits for the next wake-up.
      if (rows === undefined && asksForRows(actor, fired)) break;
      const armed = actor.timers;
      try {
        actor.timers = armed.filter((timer) => timer !== due);
        this.apply(actor, fired, actor.behaviour.react(actor.state, fired, now, rows));
        this.fired.push(fired.id);
      } catch (error) {
        // The timer stays armed: a replay of the wake-up, or the next look, tries it again.
        actor.timers = armed;
        stuck = true;
        this.bad.push({ message: wake, error: asBadMessage(error) });
        break;
      }
    }
    // Not while a pause is made up for: the answers are on their way, and thousands of repeats would be before them.
    const repeated = overdueRequests(actor.waiting, timersUntil);
    for (const { message } of repeated) this.send(actor.partition, message);
    const heldBack = overdueRequests(actor.waiting, now).length > repeated.length;
    const finished = actor.behaviour.finished(actor.state);
    const next = finished ? null : heldBack ? now : nextWake(actor, now);
    const later = stuck ? now + STUCK_TIMER_LOOK_MS : Math.max(now + HELD_TIMER_LOOK_MS, lookAgainAt);
    setWake(actor, next !== null && next <= now ? later : next);
    this.rewoken.set(actorKey(actor.behaviour.kind, actor.id), actor);
  }

  finish(): Decision {
    const wakes: WakeWrite[] = [];
    for (const [key, actor] of this.rewoken) {
      if (this.touched.has(key)) continue;
      wakes.push({
        kind: actor.behaviour.kind,
        id: actor.id,
        partition: actor.partition,
        wakeAt: actor.wakeAt,
      });
      actor.wakeChanged = false;
    }
    return {
      actors: [...this.touched.values()].map(writeOf),
      wakes,
      log: this.log,
      inbox: this.inbox,
      rows: this.rows,
      sent: this.sent,
      bad: this.bad,
      handled: this.handled,
      fired: this.fired,
    };
  }

  private take(actor: LiveActor, message: Message, related: Related | undefined): void {
    const { repairs } = actor.behaviour;
    const parked = parkedOf(actor);
    if (repairs !== undefined && message.type === repairs.type) repair(this.pen, repairs, actor, message);
    else if (repairs !== undefined && parked !== null) hold(this.pen, repairs, actor, message, parked);
    else this.apply(actor, message, actor.behaviour.react(actor.state, message, this.context.now, related));
  }

  private repeat(actor: LiveActor, message: Message, related: Related | undefined): void {
    const drafts = actor.behaviour.repeat?.(actor.state, message, this.context.now, related) ?? [];
    drafts.forEach((draft, index) => {
      this.send(actor.partition, followUp(message, draft, index, this.context.now, this.context.versionOf));
    });
  }

  /** `logId`: of its log row, where that is not the message's own. */
  private apply(
    actor: LiveActor,
    message: Message,
    reaction: Reaction<unknown>,
    logId: string = message.id,
  ): void {
    // Composing may throw (I3), so it comes before anything changes.
    const { versionOf, now } = this.context;
    const place = { kind: actor.behaviour.kind, id: actor.id, version: actor.version + 1 };
    const sent = composeReaction(place, message, reaction.messages, now, versionOf);
    actor.state = reaction.state;
    actor.version += 1;
    actor.timers = changeTimers(actor.timers, reaction.timers, actor.version, storyOf(actor.id, message));
    actor.waiting = settleRequests(actor.waiting, message);
    const requests = sent.filter((_, index) => reaction.messages[index]?.awaitsAnswer === true);
    if (requests.length > 0) actor.waiting = [...actor.waiting, ...requests.map((each) => this.open(each))];
    for (const each of sent) this.send(actor.partition, each);
    this.rows.push(...reaction.rows);
    if (actor.behaviour.remember === 'log') {
      const row = this.logRow(actor, message, reaction, sent);
      this.log.push(logId === message.id ? row : { ...row, messageId: logId });
    }
    this.touch(actor);
  }

  private open(message: Message): OpenRequest {
    return { message, sinceMs: this.context.now };
  }

  private touch(actor: LiveActor): void {
    this.touched.set(actorKey(actor.behaviour.kind, actor.id), actor);
  }

  private send(partition: number, message: Message): void {
    const list = this.sent.get(partition);
    if (list === undefined) this.sent.set(partition, [message]);
    else list.push(message);
  }

  private logRow(
    actor: LiveActor,
    message: Message,
    reaction: Reaction<unknown>,
    sent: readonly Message[],
  ): LogRow {
    return logRowOf(actor.behaviour.kind, actor.id, actor.version, message, reaction, sent, this.context.now);
  }
}

/** The log row of one reaction; intake writes the first one of an actor with it. */
export function logRowOf(
  kind: string,
  id: string,
  version: number,
  message: Message,
  reaction: Pick<Reaction<unknown>, 'from' | 'to' | 'note'>,
  sent: readonly Message[],
  now: number,
): LogRow {
  // From being sent to being handled; a timer's message is made when it fires.
  const waitedMs = now - Date.parse(message.time);
  return {
    kind,
    id,
    version,
    messageId: message.id,
    type: message.type,
    causationId: message.causationId,
    from: reaction.from,
    to: reaction.to,
    atMs: now,
    detail: {
      data: message.data as never,
      ...(reaction.note === undefined ? {} : { note: reaction.note }),
      sent: sent.map((each) => ({ id: each.id, type: each.type })),
      ...(waitedMs > 0 ? { waitedMs } : {}),
      ...(message.traceparent === undefined ? {} : { traceparent: message.traceparent }),
    },
  };
}

/**
 * The trace context that timers go on with which an actor arms on hearing a message: that of the actor's own story, where it
 * is recorded. Of what somebody else's story does to an actor (orders of many people to one SKU) no timer tells.
 */
export function storyOf(
  actorId: string,
  { correlationId, traceparent }: Pick<Message, 'correlationId' | 'traceparent'>,
): string | undefined {
  return correlationId === actorId && isRecorded(traceparent) ? traceparent : undefined;
}

/** Armed and disarmed timers applied; each is tied to the version that armed it (P20), and to the story, if one is told. */
export function changeTimers(
  timers: readonly ArmedTimer[],
  changes: readonly TimerChange[],
  version: number,
  traceparent?: string,
): readonly ArmedTimer[] {
  const story = traceparent === undefined ? {} : { traceparent };
  let next = timers;
  for (const change of changes) {
    next = next.filter((timer) => timer.id !== change.id);
    if (change.dueAt !== null) {
      next = [
        ...next,
        { id: change.id, dueAt: change.dueAt, armedAt: version, event: change.event, ...story },
      ];
    }
  }
  return next;
}

function earliestDue(timers: readonly ArmedTimer[], until: number): ArmedTimer | undefined {
  let due: ArmedTimer | undefined;
  for (const timer of timers) {
    if (timer.dueAt <= until && (due === undefined || timer.dueAt < due.dueAt)) due = timer;
  }
  return due;
}

/** The messages of the timers a wake-up would fire at `now`, of those due by `until`. */
export function dueTimerMessages(actor: LiveActor, until: number, now = until): readonly Message[] {
  return actor.timers.filter(({ dueAt }) => dueAt <= until).map((timer) => firedMessage(actor, timer, now));
}

function asksForRows(actor: LiveActor, message: Message): boolean {
  return (actor.behaviour.related?.(message).length ?? 0) > 0;
}

function firedMessage(actor: LiveActor, timer: ArmedTimer, now: number): Message {
  return {
    id: `${actor.behaviour.kind}/${actor.id}/timer/${timer.id}/${String(timer.armedAt)}`,
    type: TIMER_FIRED,
    subject: actor.id,
    correlationId: actor.id,
    causationId: null,
    time: new Date(now).toISOString(),
    version: 1,
    ...(timer.traceparent === undefined ? {} : { traceparent: timer.traceparent }),
    data: { timer: timer.id, event: timer.event },
  };
}

function inContext(message: Message, contexts: ReadonlyMap<string, string> | undefined): Message {
  const traceparent = contexts?.get(message.id);
  return traceparent === undefined ? message : { ...message, traceparent };
}

function refuseOld(message: Message, now: number): void {
  if (now - Date.parse(message.time) > INBOX_DAYS * 86_400_000) {
    throw new BadMessage('too_old', `older than the ${String(INBOX_DAYS)} days for which ids are remembered`);
  }
}

function asBadMessage(error: unknown): Error {
  if (error instanceof BadMessage) return error;
  const text = error instanceof Error ? error.message : String(error);
  return new BadMessage('behaviour_threw', text, error);
}

import { type Draft, type Json, TIMER_FIRED } from '../../engine/behaviour.ts';
import type { MachineState } from '../../engine/from-machine.ts';
import type { Ways } from '../../engine/machine-way.ts';
import type { LoggedEntry, ReplayedStep } from '../../engine/replay.ts';
import { RESEND_AFTER_MS } from '../../kernel/limits.ts';
import type { ElsewhereEntry, LightStep, Outline, SagaStep, SentMessage } from './ports.ts';

/** What a log row keeps beside its columns. */
interface Detail {
  readonly data?: Json;
  readonly note?: Json;
  readonly sent?: readonly { readonly id: string; readonly type: string }[];
  readonly waitedMs?: number;
  readonly traceparent?: string;
}

/** What a step heard: the type of the message, or the id of the timer that fired. */
export function triggerOf(type: string, data: unknown): string {
  if (type !== TIMER_FIRED) return type;
  const { timer } = (data ?? {}) as { readonly timer?: unknown };
  return typeof timer === 'string' ? timer : type;
}

export function outlineOf(
  today: MachineState<unknown>,
  rows: readonly LightStep[],
  ways: Ways,
  { hasMore, derived }: { readonly hasMore: boolean; readonly derived: boolean },
): Outline {
  const indexes = new Map<string, number>();
  const moves: Outline['moves'][number][] = [];
  const steps = rows.map(({ seq, atMs, from, to, trigger }) => {
    const key = `${from} ${to} ${trigger}`;
    let index = indexes.get(key);
    if (index === undefined) {
      index = moves.length;
      indexes.set(key, index);
      moves.push({ from, to, trigger, way: ways.of({ from, to, trigger }) });
    }
    return [seq, index, atMs] as const;
  });
  const { id, version, state } = today;
  return { id, version, state, moves, steps, derived, next: hasMore ? (rows.at(-1)?.seq ?? null) : null };
}

export function stepOf(known: {
  readonly entry: LoggedEntry;
  readonly step: ReplayedStep | null;
  readonly ways: Ways;
  readonly keepersOf: (type: string) => readonly string[];
  readonly answers: ReadonlyMap<string, readonly number[]>;
  readonly asked: { readonly seq: number; readonly atMs: number } | undefined;
  readonly elsewhere: readonly ElsewhereEntry[];
}): SagaStep {
  const { entry, step, ways, answers, asked, elsewhere, keepersOf } = known;
  const { seq, at, messageId, type, from, to, causationId } = entry;
  const { data = null, note = null, sent = [], waitedMs, traceparent } = (entry.detail ?? {}) as Detail;
  const trigger = triggerOf(type, data);
  const roundTripMs = asked === undefined ? null : Math.max(0, Date.parse(at) - asked.atMs);
  return {
    seq,
    at,
    messageId,
    type,
    trigger,
    from,
    to,
    way: ways.of({ from, to, trigger }),
    data,
    note,
    waitedMs: waitedMs ?? null,
    traceparent: traceparent ?? null,
    cause: causationId === null ? null : { messageId: causationId, seq: asked?.seq ?? null },
    roundTripMs,
    attempts: roundTripMs === null ? null : attemptsBy(roundTripMs),
    sent: sentMessages(sent, step?.sent ?? [], data).map((message) => ({
      ...message,
      answers: answers.get(message.id) ?? [],
      keptBy: keepersOf(message.type),
    })),
    timers: (step?.timers ?? []).map(({ id, dueAt }) => ({
      id,
      dueAt: dueAt === null ? null : new Date(dueAt).toISOString(),
    })),
    before: step?.before ?? null,
    after: step?.after ?? null,
    replayed: step === null ? 'not_asked' : step.agrees ? 'agrees' : 'differs',
    elsewhere,
  };
}

/** How often a request of that age has been sent: at once, after 5 s, then at doubling intervals, at least each minute. */
export function attemptsBy(ageMs: number): number {
  let attempts = 1;
  for (let age = RESEND_AFTER_MS; age <= ageMs; age += Math.min(age, 60_000)) attempts += 1;
  return attempts;
}

/**
 * The log names what was sent, the replay knows what it carried. Intake puts a message of its own in front of those of a
 * saga's first step, which tells what the step itself heard; so they are matched from the end.
 */
function sentMessages(
  sent: NonNullable<Detail['sent']>,
  drafts: readonly Draft[],
  heard: Json,
): readonly Omit<SentMessage, 'answers' | 'keptBy'>[] {
  const ahead = sent.length - drafts.length;
  return sent.map(({ id, type }, index) => {
    const draft = drafts[index - ahead];
    const known = draft?.type === type ? draft : undefined;
    const isFirst = known === undefined && drafts.length > 0 && index < ahead;
    return {
      id,
      type,
      subject: known?.subject ?? null,
      data: known === undefined ? (isFirst ? heard : null) : (known.data as Json),
      awaitsAnswer: known?.awaitsAnswer === true,
    };
  });
}

/** One step in full: why it happened, what changed, what it sent and what became of that. */
import ArrowRight from 'lucide-solid/icons/arrow-right';
import { createMemo, For, Show, type JSX } from 'solid-js';
import type { Json } from '../../../core/engine/behaviour.ts';
import type { ElsewhereEntry, SagaGraph, SagaStep, SentMessage } from '../../../core/services/sagas/ports.ts';
import { sagaTexts } from '../texts/sagas.ts';
import { ChangeTable } from './change-table.tsx';
import { changesBetween, valueText } from './context-diff.ts';
import { clockTime, dayAndClockTime, span, transitionWords, triggerWords } from './wording.ts';
import './step-detail.css';

const { saga: words } = sagaTexts;

export function StepDetail(props: {
  readonly step: SagaStep;
  readonly graph: SagaGraph | undefined;
  readonly onSeq: (seq: number) => void;
}): JSX.Element {
  const step = () => props.step;
  return (
    <article
      class="card step-detail"
      aria-labelledby="step-head"
      data-testid="step-detail"
      data-seq={step().seq}
    >
      <header class="step-head">
        <p class="faint">{words.step(step().seq)}</p>
        <h2 id="step-head" class="mono">
          {triggerWords(step().trigger)}
        </h2>
        <p class="step-states">
          <Show when={step().from !== '' && step().from !== step().to}>
            {sagaTexts.state(step().from)}
            <ArrowRight size={14} aria-label="to" />
          </Show>
          <strong>{sagaTexts.state(step().to)}</strong>
          <span class="faint figure">{dayAndClockTime(Date.parse(step().at))}</span>
        </p>
      </header>
      <Cause step={step()} onSeq={props.onSeq} />
      <Knew step={step()} />
      <Sent step={step()} onSeq={props.onSeq} />
      <Taken step={step()} graph={props.graph} />
      <Section title={words.payload}>
        <Payload data={step().data} open={false} name={step().type} />
      </Section>
      <Show when={step().timers.length > 0}>
        <Section title={words.timers}>
          <dl class="pairs">
            <For each={step().timers}>
              {(timer) => (
                <div>
                  <dt class="mono">{triggerWords(timer.id)}</dt>
                  <dd>
                    {timer.dueAt === null
                      ? words.takenBack
                      : words.armed(dayAndClockTime(Date.parse(timer.dueAt)))}
                  </dd>
                </div>
              )}
            </For>
          </dl>
        </Section>
      </Show>
      <Books entries={step().elsewhere.filter(({ messageId }) => messageId === null)} />
    </article>
  );
}

function Section(props: { readonly title: string; readonly children: JSX.Element }): JSX.Element {
  return (
    <section class="step-section">
      <h3>{props.title}</h3>
      <div>{props.children}</div>
    </section>
  );
}

function Cause(props: { readonly step: SagaStep; readonly onSeq: (seq: number) => void }): JSX.Element {
  const isTimer = () => props.step.trigger !== props.step.type;
  const books = () =>
    props.step.elsewhere.filter(({ messageId }) => messageId === props.step.cause?.messageId);
  return (
    <Section title={words.cause}>
      <Show
        when={props.step.cause}
        fallback={<p class="soft">{isTimer() ? words.timer : words.causeStart}</p>}
      >
        {(cause) => (
          <ol class="chain">
            <li>
              <Show when={cause().seq} fallback={<span class="soft">{words.causeOutside}</span>}>
                {(seq) => (
                  <button
                    type="button"
                    class="jump"
                    data-testid="to-cause"
                    onClick={() => props.onSeq(seq())}
                  >
                    {words.step(seq())}
                  </button>
                )}
              </Show>
              <span class="mono id">{cause().messageId}</span>
            </li>
            <For each={books()}>{(entry) => <BookLine entry={entry} />}</For>
            <li class="this">
              <strong class="mono">{triggerWords(props.step.trigger)}</strong>
              <span class="mono id">{props.step.messageId}</span>
            </li>
          </ol>
        )}
      </Show>
      <dl class="facts">
        <Show when={props.step.roundTripMs !== null}>
          <div>
            <dt>{words.roundTrip}</dt>
            <dd>{span(props.step.roundTripMs ?? 0)}</dd>
          </div>
        </Show>
        <Show when={props.step.attempts !== null}>
          <div>
            <dt>{words.attempts}</dt>
            <dd>{words.attemptsValue(props.step.attempts ?? 1)}</dd>
          </div>
        </Show>
        <Show when={props.step.waitedMs !== null}>
          <div>
            <dt>{words.waited}</dt>
            <dd>{span(props.step.waitedMs ?? 0)}</dd>
          </div>
        </Show>
        <div>
          <dt>{words.trace}</dt>
          <dd class="mono">{traceId(props.step.traceparent) ?? words.noTrace}</dd>
        </div>
        <Show when={props.step.cause === null}>
          <div>
            <dt>{words.message}</dt>
            <dd class="mono">{props.step.messageId}</dd>
          </div>
        </Show>
      </dl>
    </Section>
  );
}

/** The trace of a W3C trace context: `00-<trace>-<span>-<flags>`. */
function traceId(traceparent: string | null): string | undefined {
  return traceparent?.split('-')[1];
}

function Taken(props: { readonly step: SagaStep; readonly graph: SagaGraph | undefined }): JSX.Element {
  const transitions = createMemo(() =>
    props.step.way.flatMap((id) => props.graph?.transitions.find((each) => each.id === id) ?? []),
  );
  return (
    <Show when={props.step.from !== ''}>
      <Section title={words.transitions}>
        <Show when={transitions().length > 0} fallback={<p class="soft">{words.noTransition}</p>}>
          <ul class="taken">
            <For each={transitions()}>
              {(transition) => (
                <li>
                  <span class="mono">{transitionWords(transition)}</span>
                  <span class="soft">
                    {' '}
                    → {transition.to === null ? sagaTexts.stays : sagaTexts.state(transition.to)}
                  </span>
                  <Show when={transition.actions.length > 0}>
                    <span class="faint"> {transition.actions.join(', ')}</span>
                  </Show>
                </li>
              )}
            </For>
          </ul>
        </Show>
      </Section>
    </Show>
  );
}

function Knew(props: { readonly step: SagaStep }): JSX.Element {
  const changes = createMemo(() =>
    props.step.before === null ? [] : changesBetween(props.step.before, props.step.after),
  );
  return (
    <Section title={words.knew}>
      <Show when={props.step.replayed === 'agrees'} fallback={<Unknown step={props.step} />}>
        <Show when={changes().length > 0} fallback={<Unchanged step={props.step} />}>
          <ChangeTable changes={changes()} />
        </Show>
        <Payload data={props.step.after} open={false} name={words.everything} />
      </Show>
    </Section>
  );
}

function Unknown(props: { readonly step: SagaStep }): JSX.Element {
  return (
    <Show when={props.step.replayed === 'differs'} fallback={<p class="soft">{words.livingAgain}</p>}>
      <p class="notice">{words.differs}</p>
    </Show>
  );
}

function Unchanged(props: { readonly step: SagaStep }): JSX.Element {
  return <p class="soft">{props.step.before === null ? words.knewBegan : words.unchanged}</p>;
}

function Sent(props: { readonly step: SagaStep; readonly onSeq: (seq: number) => void }): JSX.Element {
  const books = (message: SentMessage) =>
    props.step.elsewhere.filter(({ messageId }) => messageId === message.id);
  return (
    <Section title={words.sent}>
      <Show when={props.step.sent.length > 0} fallback={<p class="soft">{words.nothingSent}</p>}>
        <ul class="sent">
          <For each={props.step.sent}>
            {(message) => (
              <li>
                <details>
                  <summary>
                    <span class="mono">{message.type}</span>
                    <Show when={message.subject}>
                      <span class="faint mono to">{message.subject}</span>
                    </Show>
                  </summary>
                  <p class="mono id">{message.id}</p>
                  <Show when={message.data !== null} fallback={<p class="faint">{words.payloadUnknown}</p>}>
                    <pre tabIndex={0}>{JSON.stringify(message.data, null, 2)}</pre>
                  </Show>
                </details>
                <div class="became">
                  <For each={books(message)}>{(entry) => <BookWords entry={entry} />}</For>
                  <Show
                    when={message.answers.length > 0}
                    fallback={<Became message={message} isKept={books(message).length > 0} />}
                  >
                    <span class="faint">
                      {words.answeredIn}{' '}
                      <For each={message.answers}>
                        {(seq) => (
                          <button
                            type="button"
                            class="jump"
                            data-testid="to-answer"
                            onClick={() => props.onSeq(seq)}
                          >
                            {words.step(seq)}
                          </button>
                        )}
                      </For>
                    </span>
                  </Show>
                </div>
              </li>
            )}
          </For>
        </ul>
      </Show>
    </Section>
  );
}

/** Of a message without an answer: whether one is to come, and who would know what became of it. */
function Became(props: { readonly message: SentMessage; readonly isKept: boolean }): JSX.Element {
  return (
    <>
      <Show when={props.message.awaitsAnswer}>
        <span class="wait">{words.unanswered}</span>
      </Show>
      <Show when={!props.isKept}>
        <span class="faint" data-testid="kept-by">
          {props.message.keptBy.length === 0
            ? words.keptNowhere
            : words.notKeptYet(props.message.keptBy.join(', '))}
        </span>
      </Show>
    </>
  );
}

function BookLine(props: { readonly entry: ElsewhereEntry }): JSX.Element {
  return (
    <li class="book">
      <BookWords entry={props.entry} />
    </li>
  );
}

/** `inventory reserve · sku AUD-114, …` with its time. */
function BookWords(props: { readonly entry: ElsewhereEntry }): JSX.Element {
  return (
    <span class="book-words">
      <strong>{props.entry.service}</strong> {props.entry.what}{' '}
      <span class="faint">{factsText(props.entry.detail)}</span>{' '}
      <span class="faint figure">{clockTime(Date.parse(props.entry.at))}</span>
    </span>
  );
}

function factsText(detail: Json): string {
  if (typeof detail !== 'object' || detail === null) return '';
  return Object.entries(detail)
    .filter(([, value]) => value !== null && value !== 0 && typeof value !== 'object')
    .map(([key, value]) => `${key} ${valueText(value)}`)
    .join(', ');
}

function Books(props: { readonly entries: readonly ElsewhereEntry[] }): JSX.Element {
  return (
    <Show when={props.entries.length > 0}>
      <Section title={words.elsewhere}>
        <ul class="books">
          <For each={props.entries}>{(entry) => <BookLine entry={entry} />}</For>
        </ul>
        <p class="faint">{words.elsewhereHint}</p>
      </Section>
    </Show>
  );
}

function Payload(props: { readonly data: Json; readonly open: boolean; readonly name: string }): JSX.Element {
  return (
    <details class="payload" open={props.open}>
      <summary>{props.name}</summary>
      <pre tabIndex={0}>{JSON.stringify(props.data, null, 2)}</pre>
    </details>
  );
}

/**
 * What tells the steps of a story to whoever collects traces. Off is `undefined`: then nothing is asked and nothing is
 * paid. Contexts travel as W3C `traceparent` texts, in messages and in the outbox, so a story goes on in whichever process
 * goes on with it.
 */
export interface Tracing {
  /** Undefined when the story is not among those that are recorded. */
  begin(start: SpanStart): Span | undefined;
}

export interface SpanStart {
  readonly kind: 'server' | 'producer' | 'consumer' | 'internal';
  /** Few different ones: no ids. */
  readonly name: string;
  /** A traceparent; undefined: a story begins here. */
  readonly parent: string | undefined;
  /** Traceparents of steps in other stories that led to this one. */
  readonly links?: readonly string[];
  /** By OpenTelemetry's semantic conventions. */
  readonly attributes: Readonly<Record<string, string | number>>;
}

export interface Span {
  /** What is caused by this step is told under this context. */
  readonly traceparent: string;
  /** At most once. */
  end(outcome?: { readonly error?: unknown; readonly attributes?: SpanStart['attributes'] }): void;
}

/** W3C trace context, version 00. */
const TRACEPARENT = /^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/;

export function isTraceparent(text: string): boolean {
  return TRACEPARENT.test(text);
}

/** Whether whoever began the story records it: the lowest bit of the flags. */
export function isRecorded(traceparent: string | undefined): traceparent is string {
  return traceparent !== undefined && (Number.parseInt(traceparent.charAt(54), 16) & 1) === 1;
}

export function traceIdOf(traceparent: string): string {
  return traceparent.slice(3, 35);
}

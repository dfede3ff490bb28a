import {
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
  type Context,
  type SpanContext,
} from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import {
  defaultResource,
  detectResources,
  envDetector,
  resourceFromAttributes,
} from '@opentelemetry/resources';
import {
  BasicTracerProvider,
  BatchSpanProcessor,
  SimpleSpanProcessor,
  type SpanExporter,
} from '@opentelemetry/sdk-trace-base';
import { errorCode, errorMessage } from '../../core/kernel/errors.ts';
import type { Span, Tracing } from '../../core/kernel/tracing.ts';

/**
 * Traces by OpenTelemetry, sent by OTLP over HTTP in batches. What is recorded is for the standard variables to say
 * (`OTEL_TRACES_SAMPLER` and others, read by the SDK); a collector that is away costs spans, never a request.
 */
export interface OpenTracing extends Tracing {
  /** Sends what is left, for a few seconds at most. */
  close(): Promise<void>;
}

export interface TracingOptions {
  /** Such as `http://127.0.0.1:4318`; a signal's own `OTEL_EXPORTER_OTLP_TRACES_ENDPOINT` outranks it. */
  readonly endpoint: string;
  /** Names this process among those of one service name. */
  readonly instance: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Where spans go instead, one by one. */
  readonly exporter?: SpanExporter;
}

const KINDS = {
  server: SpanKind.SERVER,
  producer: SpanKind.PRODUCER,
  consumer: SpanKind.CONSUMER,
  internal: SpanKind.INTERNAL,
} as const;

export function openTracing({ endpoint, instance, environment, exporter }: TracingOptions): OpenTracing {
  const own = environment['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT'];
  const url = own ?? `${endpoint.replace(/\/$/, '')}/v1/traces`;
  const provider = new BasicTracerProvider({
    resource: defaultResource()
      .merge(resourceFromAttributes({ 'service.name': 'orrery', 'service.instance.id': instance }))
      .merge(detectResources({ detectors: [envDetector] })),
    spanProcessors: [
      exporter === undefined
        ? new BatchSpanProcessor(new OTLPTraceExporter({ url }))
        : new SimpleSpanProcessor(exporter),
    ],
  });
  const tracer = provider.getTracer('orrery');
  return {
    begin({ kind, name, parent, links = [], attributes }) {
      const options = {
        kind: KINDS[kind],
        attributes,
        links: links.map((each) => ({ context: spanContextOf(each) })),
      };
      const span = tracer.startSpan(name, options, contextOf(parent));
      if (!span.isRecording()) return undefined;
      const { traceId, spanId, traceFlags } = span.spanContext();
      return {
        traceparent: `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`,
        end(outcome = {}) {
          if (outcome.attributes !== undefined) span.setAttributes(outcome.attributes);
          if (outcome.error !== undefined) {
            span.setAttribute('error.type', errorCode(outcome.error));
            span.setStatus({ code: SpanStatusCode.ERROR, message: errorMessage(outcome.error) });
          }
          span.end();
        },
      } satisfies Span;
    },
    close: () => provider.shutdown(),
  };
}

function contextOf(traceparent: string | undefined): Context {
  if (traceparent === undefined) return ROOT_CONTEXT;
  return trace.setSpanContext(ROOT_CONTEXT, spanContextOf(traceparent));
}

function spanContextOf(traceparent: string): SpanContext {
  return {
    traceId: traceparent.slice(3, 35),
    spanId: traceparent.slice(36, 52),
    traceFlags: Number.parseInt(traceparent.slice(53, 55), 16),
    isRemote: true,
  };
}

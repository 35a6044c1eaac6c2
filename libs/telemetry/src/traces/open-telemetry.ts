import {
  context,
  propagation,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  trace,
  TraceFlags,
} from '@opentelemetry/api';
import { parseTraceParent } from '@opentelemetry/core';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { defaultResource, detectResources, envDetector, resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import { setTracing, type SpanOptions, type Tracing } from './tracing.js';

const KINDS = {
  server: SpanKind.SERVER,
  client: SpanKind.CLIENT,
  consumer: SpanKind.CONSUMER,
  internal: SpanKind.INTERNAL,
};

/** Exports this process's spans by OTLP over HTTP from now on, as the standard OTEL_* variables say; gives what ends it. */
export function exportSpans(service: string): () => Promise<void> {
  // Of the environment's, OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES win.
  const resource = defaultResource()
    .merge(resourceFromAttributes({ 'service.name': service }))
    .merge(detectResources({ detectors: [envDetector] }));
  const provider = new NodeTracerProvider({
    resource,
    spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter())],
  });
  provider.register();
  const tracer = provider.getTracer('millrace');
  const tracing: Tracing = {
    async inSpan<T>(name: string, options: SpanOptions<T>, work: () => Promise<T>): Promise<T> {
      const { parent, attributes = {}, kind = 'internal', outcome } = options;
      const from = parent === undefined ? context.active() : contextOf(parent);
      const span = tracer.startSpan(name, { kind: KINDS[kind], attributes: { ...attributes } }, from);
      return context.with(trace.setSpan(from, span), async () => {
        try {
          const value = await work();
          if (outcome !== undefined) note(span, outcome(value));
          return value;
        } catch (error) {
          span.recordException(error instanceof Error ? error : String(error));
          note(span, { error: error instanceof Error ? error.message : String(error) });
          throw error;
        } finally {
          span.end();
        }
      });
    },
    current() {
      const active = trace.getActiveSpan()?.spanContext();
      if (active === undefined) return undefined;
      const sampled = (active.traceFlags & TraceFlags.SAMPLED) === 0 ? '00' : '01';
      return `00-${active.traceId}-${active.spanId}-${sampled}`;
    },
  };
  setTracing(tracing);
  return async () => {
    setTracing(undefined);
    // What is left is sent; a collector that is away holds nobody up for long.
    await provider.shutdown();
    trace.disable();
    context.disable();
    propagation.disable();
  };
}

/** A parent that is no traceparent is none: the span begins a trace of its own. */
function contextOf(parent: string) {
  const remote = parseTraceParent(parent);
  return remote === null ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, { ...remote, isRemote: true });
}

function note(span: Span, { attributes = {}, error }: ReturnType<NonNullable<SpanOptions<unknown>['outcome']>>): void {
  span.setAttributes({ ...attributes });
  if (error !== undefined) span.setStatus({ code: SpanStatusCode.ERROR, message: error });
}

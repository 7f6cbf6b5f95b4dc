import type { SpanProcessor } from '@opentelemetry/sdk-trace-node';
import type { ClientInterceptors } from '@temporalio/client';
import type { InjectedSinks, WorkerInterceptors } from '@temporalio/worker';

// Spans from the API through workflows and activities to the calls of the exchange, for whoever names
// a collector. Nothing of it is loaded, and nothing is slower, where none is named.

/** What of a process takes part in a trace. */
export interface Tracing {
  /** Runs work in a span; what it throws is noted and thrown on. `root` begins a trace. */
  span<T>(
    name: string,
    attributes: Readonly<Record<string, string>>,
    work: () => Promise<T>,
  ): Promise<T>;
  /** The trace of the present span, for the log; empty outside of one. */
  logFields(): { readonly traceId?: string };
  readonly client: ClientInterceptors;
  readonly worker: {
    readonly interceptors: WorkerInterceptors;
    readonly sinks: InjectedSinks<never>;
  };
  /** Sends what is left. */
  close(): Promise<void>;
}

/** Modules that must be in the workflow code of a worker that traces. */
export const tracedWorkflowModules = [
  '@temporalio/interceptors-opentelemetry/lib/workflow-interceptors',
];

const load = async () => {
  const [otel, sdk, exporter, resources, temporal, calling] = await Promise.all([
    import('@opentelemetry/api'),
    import('@opentelemetry/sdk-trace-node'),
    import('@opentelemetry/exporter-trace-otlp-http'),
    import('@opentelemetry/resources'),
    import('@temporalio/interceptors-opentelemetry'),
    import('@opentelemetry/instrumentation-undici'),
  ]);
  return { otel, sdk, exporter, resources, temporal, calling };
};

/** Begins to trace this process; null where no collector is named. */
export const startTracing = async (
  process: string,
  endpoint: string | undefined,
): Promise<Tracing | null> => {
  if (endpoint === undefined) return null;
  const { otel, sdk, exporter, resources, temporal, calling } = await load();
  const resource = new resources.Resource({ 'service.name': `mexc-sniper-${process}` });
  const url = `${endpoint.replace(/\/$/, '')}/v1/traces`;
  const processor: SpanProcessor = new sdk.BatchSpanProcessor(
    new exporter.OTLPTraceExporter({ url }),
  );
  const provider = new sdk.NodeTracerProvider({ resource, spanProcessors: [processor] });
  provider.register();
  const calls = new calling.UndiciInstrumentation({
    // What is sent to the collector would be a call to be told of, for ever.
    ignoreRequestHook: ({ origin, path }) => `${origin}${path}`.startsWith(url),
    requireParentforSpans: true,
    // A query has a signature, and an address may be a secret: what was called is enough.
    startSpanHook: ({ origin, path }) => ({
      'url.full': `${origin}${path.split('?')[0] ?? ''}`,
      'url.query': '',
    }),
  });
  calls.setTracerProvider(provider);
  calls.enable();
  const tracer = otel.trace.getTracer('mexc-sniper');
  return {
    span: (name, attributes, work) =>
      tracer.startActiveSpan(name, { attributes }, async (span) => {
        try {
          return await work();
        } catch (error) {
          span.setStatus({ code: otel.SpanStatusCode.ERROR });
          throw error;
        } finally {
          span.end();
        }
      }),
    logFields: () => {
      const traceId = otel.trace.getActiveSpan()?.spanContext().traceId;
      return traceId === undefined ? {} : { traceId };
    },
    client: { workflow: [new temporal.OpenTelemetryWorkflowClientInterceptor()] },
    worker: {
      interceptors: {
        activity: [
          (context) => ({
            inbound: new temporal.OpenTelemetryActivityInboundInterceptor(context),
            outbound: new temporal.OpenTelemetryActivityOutboundInterceptor(context),
          }),
        ],
      },
      sinks: { exporter: temporal.makeWorkflowExporter(processor, resource) } as never,
    },
    close: async () => {
      calls.disable();
      await provider.shutdown();
    },
  };
};

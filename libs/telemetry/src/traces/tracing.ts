type Attributes = Readonly<Record<string, string | number | undefined>>;

/** What a span is about. */
export interface SpanOptions<T> {
  /** The W3C traceparent that it goes on from; by default the active span. */
  readonly parent?: string | undefined;
  readonly attributes?: Attributes;
  /** How it meets the outside. @default internal */
  readonly kind?: 'server' | 'client' | 'consumer' | 'internal';
  /** What is to be noted of what came of the work; `error`: it failed, though nothing was thrown. */
  readonly outcome?: (value: T) => { readonly attributes?: Attributes; readonly error?: string };
}

/** Records what led to what. */
export interface Tracing {
  /** Runs `work` within a span, which is active in all that it awaits. */
  inSpan<T>(name: string, options: SpanOptions<T>, work: () => Promise<T>): Promise<T>;
  /** The active span as a W3C traceparent; undefined outside of one. */
  current(): string | undefined;
}

const OFF: Tracing = {
  inSpan: (_name, _options, work) => work(),
  current: () => undefined,
};

let tracing = OFF;

/** What records this process's spans from now on; undefined: nothing does. One a process: context follows the call stack. */
export function setTracing(given: Tracing | undefined): void {
  tracing = given ?? OFF;
}

/** Whether spans are recorded. */
export function isTracing(): boolean {
  return tracing !== OFF;
}

/** Runs `work` within a span; costs a call when nothing is traced. */
export function inSpan<T>(name: string, options: SpanOptions<T>, work: () => Promise<T>): Promise<T> {
  return tracing.inSpan(name, options, work);
}

/** The active span as a W3C traceparent, for what is started now; undefined when nothing is traced. */
export function currentTrace(): string | undefined {
  return tracing.current();
}

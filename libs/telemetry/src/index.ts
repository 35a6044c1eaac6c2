export { createLogger, silentLogger, type Logger, type LoggerOptions } from './logger.js';
export {
  runProcess,
  type ProcessHost,
  type ProcessOptions,
  type ReadyMessage,
  type Recycle,
  type Stop,
} from './process-lifecycle.js';
export { currentTrace, inSpan, isTracing, setTracing, type SpanOptions, type Tracing } from './traces/tracing.js';

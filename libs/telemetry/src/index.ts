export { hideSecretFields } from './hide-secret-fields.js';
export { createLogger, silentLogger, type Logger, type LoggerOptions } from './logger.js';
export { METRICS, type MetricName } from './metrics/metric-catalogue.js';
export { Metrics } from './metrics/metrics.js';
export { serveMetrics, type MetricsServer } from './metrics/serve-metrics.js';
export {
  type OwnLife,
  runProcess,
  type ProcessHost,
  type ProcessOptions,
  type ReadyMessage,
  type Recycle,
  type Stop,
} from './process-lifecycle.js';
export { startInOrder } from './start-in-order.js';
export { startTracing } from './traces/start-tracing.js';
export { currentTrace, inSpan, isTracing, setTracing, type SpanOptions, type Tracing } from './traces/tracing.js';

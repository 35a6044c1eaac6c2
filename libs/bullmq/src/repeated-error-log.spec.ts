import { silentLogger, type Logger } from '@millrace/telemetry';
import { describe, expect, it } from 'vitest';
import { RepeatedErrorLog } from './repeated-error-log.js';

function recordingLogger() {
  const lines: { repeated: number; message: string }[] = [];
  const logger = Object.assign(Object.create(silentLogger) as Logger, {
    warn: ({ err, repeated }: { err: Error; repeated: number }) => lines.push({ repeated, message: err.message }),
  });
  return { logger, lines };
}

describe('RepeatedErrorLog', () => {
  it('logs a message once, and again with its count when it goes on after the quiet time', () => {
    const { logger, lines } = recordingLogger();
    let now = 0;
    const log = new RepeatedErrorLog(logger, 'queue backend error', 1_000, () => now);

    for (now = 0; now < 1_000; now += 10) log.report(new Error('connect ECONNREFUSED'));
    log.report(new Error('connect ECONNREFUSED'));

    expect(lines).toEqual([
      { repeated: 0, message: 'connect ECONNREFUSED' },
      { repeated: 99, message: 'connect ECONNREFUSED' },
    ]);
  });

  it('logs another message at once', () => {
    const { logger, lines } = recordingLogger();
    const log = new RepeatedErrorLog(logger, 'queue backend error', 1_000, () => 0);

    log.report(new Error('connect ECONNREFUSED'));
    log.report(new Error('LOADING Redis is loading the dataset in memory'));

    expect(lines.map((line) => line.message)).toEqual([
      'connect ECONNREFUSED',
      'LOADING Redis is loading the dataset in memory',
    ]);
  });
});

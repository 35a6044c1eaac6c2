import { EventEmitter } from 'node:events';
import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { type OwnLife, runProcess, type ReadyMessage, type Recycle, type Stop } from './process-lifecycle.js';

class Host extends EventEmitter {
  readonly sent: ReadyMessage[] = [];
  exit: (code: number) => void = () => undefined;
  readonly exited = new Promise<number>((resolve) => (this.exit = resolve));
  send = (message: ReadyMessage) => this.sent.push(message);
}

const run = async (start: (life: OwnLife) => Promise<Stop>, host = new Host()) => {
  const lines: Record<string, unknown>[] = [];
  const logger = pino({ level: 'info' }, { write: (line) => lines.push(JSON.parse(line) as Record<string, unknown>) });
  await runProcess({ name: 'worker', start, logger, host });
  return { host, lines };
};

describe('runProcess', () => {
  it('tells its launcher that it is ready once it has started', async () => {
    const host = new Host();
    await run(async () => {
      expect(host.sent).toEqual([]);
      return async () => undefined;
    }, host);
    expect(host.sent).toEqual([{ ready: true }]);
  });

  it.each(['SIGTERM', 'SIGINT', 'disconnect'])('stops in order at %s', async (event) => {
    let stopped = false;
    const { host } = await run(async () => async () => void (stopped = true));
    host.emit(event);
    expect(await host.exited).toBe(0);
    expect(stopped).toBe(true);
  });

  it('exits at once at a second signal', async () => {
    const { host } = await run(async () => () => new Promise(() => undefined));
    host.emit('SIGINT');
    host.emit('SIGINT');
    expect(await host.exited).toBe(1);
  });

  it('stops in order and exits with 75 when it asks to be recycled, also when a signal comes meanwhile', async () => {
    let stopped: () => void = () => undefined;
    let recycle: Recycle = () => undefined;
    const { host } = await run(async (life) => {
      ({ recycle } = life);
      return () => new Promise((resolve) => (stopped = resolve));
    });
    recycle('a function ignores its signal');
    host.emit('SIGTERM');
    recycle('another one does');
    stopped();
    expect(await host.exited).toBe(75);
  });

  it.each([
    ['1 when it did not stop cleanly', 1, (host: Host) => host.emit('SIGTERM')],
    ['75 when it did not, and had asked to be recycled', 75, (_: Host, recycle: Recycle) => recycle('a function')],
  ])('exits with %s, and says why', async (_, code, end) => {
    let recycle: Recycle = () => undefined;
    const { host, lines } = await run(async (life) => {
      ({ recycle } = life);
      return () => Promise.reject(new Error('no answer'));
    });
    end(host, recycle);
    expect(await host.exited).toBe(code);
    expect(lines.at(-1)).toMatchObject({ msg: 'worker did not stop cleanly: no answer' });
  });

  it('exits when stopping takes too long', async () => {
    const { host, lines } = await run(async ({ stopWithin }) => {
      stopWithin(50);
      return () => new Promise(() => undefined);
    });
    host.emit('SIGTERM');
    expect(await host.exited).toBe(1);
    expect(lines.at(-1)).toMatchObject({ msg: 'worker did not stop within 50 ms' });
  });

  it('says in one sentence without a stack why it did not start, for errors of ours', async () => {
    const mistake = Object.assign(new Error('PORT must be a number'), { code: 'MR_CONFIG_INVALID' });
    const { host, lines } = await run(() => Promise.reject(mistake));
    expect(await host.exited).toBe(1);
    expect(lines).toEqual([
      expect.objectContaining({ code: 'MR_CONFIG_INVALID', msg: 'worker did not start: PORT must be a number' }),
    ]);
    expect(JSON.stringify(lines)).not.toContain('process-lifecycle.spec');
    expect(host.sent).toEqual([]);
  });

  it('keeps the stack of an unforeseen error', async () => {
    const { lines } = await run(() => Promise.reject(new TypeError('x is undefined')));
    expect(JSON.stringify(lines)).toContain('process-lifecycle.spec');
  });
});

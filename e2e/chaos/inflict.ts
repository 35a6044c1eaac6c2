import { setTimeout as delay } from 'node:timers/promises';
import type { Fault } from './fault-schedule.js';
import type { ServiceProcess } from './service-process.js';
import type { System } from './system.js';

/** Does one fault to the system, and undoes it after its time. */
export async function inflict(system: System, { kind, target, lastsMs }: Fault): Promise<void> {
  const worker = system.workers[target % system.workers.length] as ServiceProcess;
  const { api, watcher, postgres, redis } = system;
  const away = async (process: ServiceProcess, signal: 'SIGKILL' | 'SIGTERM') => {
    await process.down(signal);
    await delay(lastsMs);
    process.up();
  };
  switch (kind) {
    case 'kill-worker':
      return away(worker, 'SIGKILL');
    case 'stop-worker':
      return away(worker, 'SIGTERM');
    case 'pause-worker':
      return worker.pause(lastsMs);
    case 'kill-api':
      return away(api, 'SIGKILL');
    case 'stop-api':
      return away(api, 'SIGTERM');
    case 'pause-api':
      return api.pause(lastsMs);
    case 'kill-watcher':
      return away(watcher, 'SIGKILL');
    case 'stop-watcher':
      return away(watcher, 'SIGTERM');
    case 'pause-watcher':
      return watcher.pause(lastsMs);
    case 'restart-postgres':
      await postgres.stop();
      await delay(lastsMs);
      return postgres.start();
    case 'kill-postgres':
      await postgres.kill();
      await delay(lastsMs);
      return postgres.start();
    case 'kill-redis':
      await redis?.kill();
      await delay(lastsMs);
      return redis?.start();
    case 'lose-redis':
      await redis?.lose();
      await delay(lastsMs);
      return redis?.start();
    case 'fill-archive':
      await system.archiveDisk?.fill();
      await delay(lastsMs);
      return system.archiveDisk?.makeRoom();
    case 'flush-redis':
      return redis?.flush();
  }
}

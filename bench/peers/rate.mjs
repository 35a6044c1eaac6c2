/** What the bench told this process. */
export const input = JSON.parse(process.argv[2]);

/** Submits all jobs, so many at once, waits until as many are done, and tells jobs a second. */
export async function tellRate(submit, untilDone) {
  await submitAll(input.warmUp, submit);
  await untilDone(input.warmUp);
  const started = performance.now();
  await submitAll(input.jobs, submit);
  await untilDone(input.warmUp + input.jobs);
  const perSecond = input.jobs / ((performance.now() - started) / 1_000);
  process.stdout.write(`bench-result ${JSON.stringify({ perSecond })}\n`);
}

/** Resolves when a count, told by `done`, has reached what is waited for. */
export function countDone() {
  let count = 0;
  let check = () => {};
  return {
    done() {
      count += 1;
      check();
    },
    untilDone(wanted) {
      return new Promise((resolve) => {
        check = () => count >= wanted && resolve();
        check();
      });
    },
  };
}

async function submitAll(jobs, submit) {
  let next = 0;
  const lane = async () => {
    while (next < jobs) await submit(next++);
  };
  await Promise.all(Array.from({ length: input.inFlight }, lane));
}

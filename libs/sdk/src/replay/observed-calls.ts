/**
 * The methods, with every promise they give out observed: code that awaits calls one after another would otherwise end
 * the process by the failure of one that it has not come to yet.
 */
export function observedCalls<M extends Record<keyof M, (...args: never[]) => Promise<unknown>>>(methods: M): M {
  const wrapped = Object.entries<(...args: never[]) => Promise<unknown>>(methods).map(([name, method]) => [
    name,
    (...args: never[]) => {
      const promise = method(...args);
      promise.catch(() => undefined);
      return promise;
    },
  ]);
  return Object.fromEntries(wrapped) as M;
}

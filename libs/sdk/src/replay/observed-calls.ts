/**
 * The methods, with every promise they give out observed: code that awaits calls one after another would otherwise end
 * the process by the failure of one that it has not come to yet. Changed in place: each execution makes such an object, and
 * one that is put together from entries is slow to make and to copy.
 */
export function observedCalls<M extends Record<keyof M, Method>>(methods: M): M {
  for (const name of Object.keys(methods) as (keyof M)[]) methods[name] = observed(methods[name]) as M[keyof M];
  return methods;
}

type Method = (...args: never[]) => Promise<unknown>;

function observed(method: Method): Method {
  return (...args) => {
    const promise = method(...args);
    promise.catch(() => undefined);
    return promise;
  };
}

declare const service: unique symbol;

/** Names something a task needs from its worker: a capability, not a vendor. The worker binds it at boot. */
export interface ServiceToken<S> {
  readonly name: string;
  readonly [service]: S;
}

/** The services a task declared under `uses`, as its context gives them. */
export type Services<U> = { readonly [K in keyof U]: U[K] extends ServiceToken<infer S> ? S : never };

/** Declares a service token. Two tokens of one name are the same service. */
export function defineService<S>(name: string): ServiceToken<S> {
  return Object.freeze({ name }) as ServiceToken<S>;
}

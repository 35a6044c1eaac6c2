/** What a request that carries an idempotency key came to: done now, or answered as it was the first time. */
export type Once<Answer> =
  | { readonly status: 'done'; readonly answer: Answer }
  | { readonly status: 'repeated'; readonly answer: Answer }
  /** The key was sent with another body; `answer` is what that one got, undefined when it was no such request. */
  | { readonly status: 'key-conflict'; readonly answer: Answer | undefined };

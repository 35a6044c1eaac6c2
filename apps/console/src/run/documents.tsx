import type { RunDetail } from '../api/contracts.js';
import { CopyButton } from '../kit/copy-button.js';
import { JsonView } from '../kit/json-view.js';

/** What the run was given and what it gave, whole. */
export function Documents({ run }: { readonly run: RunDetail }) {
  return (
    <div className="documents">
      <section className="card" aria-labelledby="input">
        <div className="card-head">
          <h2 id="input">Input</h2>
        </div>
        <JsonView value={run.input} what="the input" />
      </section>
      <section className="card" aria-labelledby="result">
        <div className="card-head">
          <h2 id="result">{run.error === null ? 'Result' : 'Error'}</h2>
        </div>
        <Outcome run={run} />
      </section>
    </div>
  );
}

function Outcome({ run: { error, state, result } }: { readonly run: RunDetail }) {
  // The head of the page says what it is; where from is said here.
  if (error !== null) return error.stack === undefined ? <Failure error={error} /> : <Stack text={error.stack} />;
  if (state === 'succeeded') return <JsonView value={result} what="the result" />;
  return (
    <p className="card-body faint">
      {state === 'cancelled' ? 'A cancelled run gives none.' : 'It stands here once the run has succeeded.'}
    </p>
  );
}

/** An error with all that is known of it. */
export function Failure({ error }: { readonly error: NonNullable<RunDetail['error']> }) {
  return (
    <>
      <div className="failure">
        <strong className="failure-code">{error.code}</strong>
        <p>{error.message}</p>
        {error.pointer !== undefined && (
          <p className="faint">
            at <code>{error.pointer === '' ? 'the whole value' : error.pointer}</code>
          </p>
        )}
      </div>
      {error.stack !== undefined && <Stack text={error.stack} />}
    </>
  );
}

/** A frame a line: a path that is broken over lines cannot be read, so it scrolls. */
function Stack({ text }: { readonly text: string }) {
  return (
    <div className="json stack">
      <div className="json-copy">
        <CopyButton text={text} what="the stack of the error" />
      </div>
      <pre tabIndex={0} aria-label="Stack of the error">
        {text}
      </pre>
    </div>
  );
}

import { useState, type FormEvent } from 'react';
import { isTokenAccepted, queryClient } from '../api/api.js';
import { tokenKeeper } from '../api/token.js';
import { Button } from '../kit/button.js';
import mark from './mark.svg';

/** Asks for one of API_TOKENS, and keeps it in this browser. */
export function TokenGate() {
  const [fault, setFault] = useState<string>();
  const [isBusy, setBusy] = useState(false);

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const token = new FormData(event.currentTarget).get('token');
    if (typeof token !== 'string' || token === '') return setFault('Give a token.');
    setBusy(true);
    try {
      if (!(await isTokenAccepted(token)))
        return setFault('This is none of the API’s tokens. Look at API_TOKENS where Millrace was started.');
      tokenKeeper.keep(token);
      await queryClient.resetQueries();
    } catch (error) {
      setFault((error as Error).message);
    } finally {
      setBusy(false);
    }
  }

  return (
    <main className="gate">
      <form className="gate-card" onSubmit={(event) => void submit(event)}>
        <img src={mark} alt="" width="40" height="40" />
        <h1>Millrace</h1>
        <p>
          This API asks for a token: one of those in <code>API_TOKENS</code>. It is kept in this browser only.
        </p>
        <label className="field">
          <span className="field-name">Token</span>
          <input
            name="token"
            type="password"
            autoComplete="current-password"
            autoFocus
            aria-describedby="gate-fault"
            aria-invalid={fault !== undefined}
          />
        </label>
        <p id="gate-fault" className="field-fault" role="alert">
          {fault}
        </p>
        <Button type="submit" variant="primary" isBusy={isBusy}>
          Open the console
        </Button>
      </form>
    </main>
  );
}

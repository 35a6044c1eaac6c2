import { MillraceProblem } from '@millrace/client';
import { TriangleAlert } from 'lucide-react';
import { Button } from './button.js';

interface ProblemNoteProps {
  readonly error: Error;
  /** Repeats what failed. */
  readonly onRetry?: () => void;
}

/** What went wrong, and what to do: the problem's own words, and the page about its code. */
export function ProblemNote({ error, onRetry }: ProblemNoteProps) {
  const problem = error instanceof MillraceProblem ? error.problem : undefined;
  return (
    <div className="problem" role="alert">
      <TriangleAlert size={17} aria-hidden />
      <div className="problem-text">
        <strong>{problem?.title ?? 'The API did not answer'}</strong>
        <p>{error.message}</p>
        {problem?.errors !== undefined && (
          <ul>
            {problem.errors.map(({ pointer, message }) => (
              <li key={`${pointer} ${message}`}>
                {pointer !== '' && <code>{pointer}</code>} {message}
              </li>
            ))}
          </ul>
        )}
        {problem !== undefined && (
          <p className="problem-code">
            <a href={problem.type}>{problem.code}</a>
          </p>
        )}
      </div>
      {onRetry !== undefined && <Button onClick={onRetry}>Try again</Button>}
    </div>
  );
}

import { MillraceProblem } from '@millrace/client';
import { ProblemNote } from '../kit/problem-note.js';
import { PageHead, type Crumb } from './page-head.js';

interface ProblemPageProps {
  readonly error: Error;
  /** Where its like are listed. */
  readonly list: Crumb;
  readonly onRetry: () => void;
}

/** Instead of a page whose subject the API did not give. What does not exist is not asked for again: its list is. */
export function ProblemPage({ error, list, onRetry }: ProblemPageProps) {
  const isAbsent = error instanceof MillraceProblem && error.problem.status === 404;
  return (
    <>
      <PageHead name={isAbsent ? 'Not found' : 'Not loaded'} crumbs={[list]} />
      <ProblemNote error={error} {...(isAbsent ? {} : { onRetry })} />
    </>
  );
}

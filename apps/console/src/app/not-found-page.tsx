import { Link } from 'wouter';
import { EmptyState } from '../kit/empty-state.js';
import { PageHead } from './page-head.js';

export function NotFoundPage() {
  return (
    <>
      <PageHead name="Not found" />
      <EmptyState title="Nothing is at this address">
        <p>
          Go to the <Link href="/">overview</Link>, or search with <kbd>Ctrl K</kbd>.
        </p>
      </EmptyState>
    </>
  );
}

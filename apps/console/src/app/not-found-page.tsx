import { Link } from 'wouter';
import { EmptyState } from '../kit/empty-state.js';

export function NotFoundPage() {
  return (
    <EmptyState title="Nothing is at this address">
      <p>
        Go to the <Link href="/">overview</Link>, or search with <kbd>Ctrl K</kbd>.
      </p>
    </EmptyState>
  );
}

import type { ReactNode } from 'react';

interface EmptyStateProps {
  readonly title: string;
  /** What to do, so that there is something here. */
  readonly children?: ReactNode;
}

export function EmptyState({ title, children }: EmptyStateProps) {
  return (
    <div className="empty">
      <svg
        width="72"
        height="40"
        viewBox="0 0 72 40"
        fill="none"
        aria-hidden
        stroke="currentColor"
        strokeWidth="1.8"
        strokeLinecap="round"
      >
        <circle cx="36" cy="17" r="11" />
        <path d="M36 6v22M25 17h22M28.200 9.200l15.600 15.600M43.800 9.200 28.200 24.800" opacity=".55" />
        <path d="M4 35c4-3.200 8-3.200 12 0s8 3.200 12 0 8-3.200 12 0 8 3.200 12 0 8-3.200 12 0" />
      </svg>
      <h2>{title}</h2>
      <div className="empty-text">{children}</div>
    </div>
  );
}

import { ChevronRight } from 'lucide-react';
import { useEffect, type ReactNode } from 'react';
import { Link } from 'wouter';
import { usePageFocus } from './page-focus.js';

export interface Crumb {
  readonly href: string;
  readonly name: string;
}

interface PageHeadProps {
  /** Of the tab as well. */
  readonly name: string;
  readonly title?: ReactNode;
  readonly about?: ReactNode;
  readonly crumbs?: readonly Crumb[];
  /** Buttons at its right. */
  readonly children?: ReactNode;
}

/** The top of a page: where it is, what it is, what can be done. */
export function PageHead({ name, title = name, about, crumbs = [], children }: PageHeadProps) {
  const heading = usePageFocus();
  useEffect(() => {
    document.title = `${name} · Millrace`;
  }, [name]);
  return (
    <header className="page-head">
      <div className="page-head-text">
        {crumbs.length > 0 && (
          <nav className="crumbs" aria-label="Where this is">
            {crumbs.map(({ href, name: crumb }) => (
              <span key={href} className="crumb">
                <Link href={href}>{crumb}</Link> <ChevronRight size={13} aria-hidden style={{ verticalAlign: -2 }} />
              </span>
            ))}
          </nav>
        )}
        <h1 ref={heading} tabIndex={-1}>
          {title}
        </h1>
        {about !== undefined && <p>{about}</p>}
      </div>
      {children !== undefined && (
        <div className="page-head-actions" role="group" aria-label="What can be done here" tabIndex={-1}>
          {children}
        </div>
      )}
    </header>
  );
}

import type { Sort } from './run-filter.js';

const DIRECTIONS: Readonly<Record<Sort, 'ascending' | 'descending'>> = {
  newest: 'descending',
  oldest: 'ascending',
  duration: 'descending',
  queueTime: 'descending',
};

interface SortHeadingProps {
  readonly name: string;
  readonly className: string;
  /** The orders of this column: a press on its heading goes on to the next. */
  readonly orders: readonly [Sort, ...Sort[]];
  readonly sort: Sort;
  /** Undefined: the table cannot be sorted. */
  readonly onSort: ((sort: Sort) => void) | undefined;
}

/** The heading of a column by which a table is sorted. */
export function SortHeading({ name, className, orders, sort, onSort }: SortHeadingProps) {
  const at = orders.indexOf(sort);
  const next = orders[(at + 1) % orders.length] ?? orders[0];
  return (
    <th scope="col" className={className} aria-sort={at === -1 ? undefined : DIRECTIONS[sort]}>
      {onSort === undefined ? (
        name
      ) : (
        <button type="button" className="sort-heading" onClick={() => onSort(next)}>
          {name}
        </button>
      )}
    </th>
  );
}

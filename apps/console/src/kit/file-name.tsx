import { Fragment } from 'react';

/** The name of a file, which breaks behind a joint where the line is too short for it, and not within a word. */
export function FileName({ name }: { readonly name: string }) {
  const parts = name.split(/(?<=[_-])/);
  return parts.map((part, place) => (
    <Fragment key={place}>
      {place > 0 && <wbr />}
      {part}
    </Fragment>
  ));
}

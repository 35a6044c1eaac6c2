import { VARIABLES, type Variable } from './variables.js';

const variables = Object.entries(VARIABLES) as [string, Variable<unknown>][];

/** Text of `.env.example`: every variable, commented out, with its default. */
export function envExample(): string {
  const head = [
    '# Copy to .env and change what you need. Variables of the real environment win over this file;',
    '# an empty value counts as not set.',
  ];
  const blocks = variables.map(([name, { doc, fallback, unset }]) => [
    '',
    `# ${doc}${unset === undefined ? '' : ` Not set: ${unset}.`}`,
    `#${name}=${fallback ?? ''}`,
  ]);
  return [...head, ...blocks.flat(), ''].join('\n');
}

/** The table of docs/operations.md. */
export function variableTable(): string {
  const rows = variables.map(
    ([name, { doc, fallback, unset }]) =>
      `| \`${name}\` | ${fallback === undefined ? `not set: ${unset ?? ''}` : `\`${fallback}\``} | ${doc} |`,
  );
  return ['<!-- prettier-ignore -->', '| variable | default | what it sets |', '| --- | --- | --- |', ...rows].join(
    '\n',
  );
}

import { readFileSync } from 'node:fs';
import { InvalidArgumentError } from 'commander';

/**
 * JSON from the command line: as it stands, from a file (`@input.json`), or from stdin (`-`).
 * @throws InvalidArgumentError
 */
export function parseInput(given: string): unknown {
  const text = given === '-' ? readFrom(0) : given.startsWith('@') ? readFrom(given.slice(1)) : given;
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw new InvalidArgumentError(
      `This is no JSON (${error instanceof Error ? error.message : String(error)}). Give JSON, @file, or - for stdin.`,
    );
  }
}

function readFrom(file: string | number): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new InvalidArgumentError(
      `${file} cannot be read: ${error instanceof Error ? error.message : String(error)}.`,
    );
  }
}

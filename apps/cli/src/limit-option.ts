import { InvalidArgumentError, Option } from 'commander';

/** How many entries of a list are shown. */
export function limitOption(): Option {
  return new Option('-n, --limit <number>', 'how many, 1 to 100').default(20).argParser((text) => {
    const limit = Number(text);
    if (Number.isInteger(limit) && limit >= 1 && limit <= 100) return limit;
    throw new InvalidArgumentError('Give a whole number from 1 to 100.');
  });
}

/** Input of a run that chaos starts. */
export interface ChaosInput {
  readonly tag: string;
  readonly n: number;
  readonly ms?: number;
  readonly failures?: number;
  readonly width?: number;
  readonly depth?: number;
}

/** How a run must end, unless somebody cancels it or its workers are lost too often. */
export type Expectation = { readonly state: 'succeeded'; readonly value: number } | { readonly state: 'failed' };

const sumFrom = (n: number, width: number) => (width * (2 * n + width - 1)) / 2;

/** What must come of a run that nobody cancels; tasks compute the same by way of their children. */
export function expectationOf(task: string, input: ChaosInput, retried: boolean): Expectation {
  const { n, width = 0, depth = 0 } = input;
  const succeeded = (value: number): Expectation => ({ state: 'succeeded', value });
  switch (task) {
    case 'chaos-doomed':
      return { state: 'failed' };
    case 'chaos-mendable':
      return retried ? succeeded(n) : { state: 'failed' };
    case 'chaos-repairable':
      return retried ? succeeded(sumFrom(n, width) + n) : { state: 'failed' };
    case 'chaos-fan':
    case 'chaos-lasting':
    case 'chaos-settled':
      return succeeded(sumFrom(n, width));
    case 'chaos-nest':
      return succeeded(nested(n, width, depth));
    case 'chaos-steps':
      return succeeded(n + 2);
    default:
      return succeeded(n);
  }
}

function nested(n: number, width: number, depth: number): number {
  if (depth === 0) return n;
  let total = 0;
  for (let i = 0; i < width; i += 1) total += nested(n + i, width, depth - 1);
  return total;
}

import { Option } from 'commander';

/** Tags, given one by one: `--tag night --tag "customer 17"`. */
export function tagOption(description: string): Option {
  return new Option('--tag <tag>', description).argParser((tag, before: readonly string[] = []) => [...before, tag]);
}

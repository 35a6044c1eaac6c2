import { ProblemError } from '../problems/problem.errors.js';

export function unknownFile(id: string): ProblemError {
  return new ProblemError('MR_FILE_UNKNOWN', `There is no file "${id}". GET /files lists them; ids are UUIDs.`);
}

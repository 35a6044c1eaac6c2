import type { FileReason } from '@millrace/contracts';
import { FileRefusedError, type Place } from '../scanning/document.errors.js';
import { isPacked } from '../scanning/packing.js';
import type { FileVanishedError } from './load.errors.js';

/** Why a file was refused, as the ledger keeps it. */
export function toReason(error: FileRefusedError | FileVanishedError, name: string): FileReason {
  const { code, message } = error;
  const { offset, line, pointer, inPacked }: Place = error instanceof FileRefusedError ? error : {};
  return {
    code,
    message,
    ...(offset === undefined ? {} : { offset }),
    ...(offset !== undefined && isPacked(name) && inPacked !== true ? { unpacked: true } : {}),
    ...(line === undefined ? {} : { line }),
    ...(pointer === undefined ? {} : { pointer }),
  };
}

import { EarlyEndError, FileRefusedError, type Place, type RefusalCode } from '@millrace/ingest';

/** A refusal on its way between threads, which keep no classes of errors. */
export interface RefusalMessage {
  readonly early: boolean;
  readonly code: RefusalCode;
  readonly message: string;
  readonly place: Place;
}

export function toRefusalMessage(error: FileRefusedError): RefusalMessage {
  const { code, message, offset, line, pointer } = error;
  const place = {
    ...(offset === undefined ? {} : { offset }),
    ...(line === undefined ? {} : { line }),
    ...(pointer === undefined ? {} : { pointer }),
  };
  return { early: error instanceof EarlyEndError, code, message, place };
}

export function toRefusedError({ early, code, message, place }: RefusalMessage): FileRefusedError {
  return early ? new EarlyEndError(place) : new FileRefusedError(code, message, place);
}

import { ZSTDDecoder } from 'zstddec/stream';
import { zstdInvalid } from './zstd-frame.js';

/** What libzstd exports: pointers, sizes and errors are numbers, an error is one from -1 down. */
interface LibZstd {
  readonly memory: { readonly buffer: ArrayBuffer };
  malloc(bytes: number): number;
  free(pointer: number): void;
  ZSTD_DStreamInSize(): number;
  ZSTD_DStreamOutSize(): number;
  ZSTD_createDCtx(): number;
  ZSTD_freeDCtx(context: number): void;
  ZSTD_decompressStream(context: number, output: number, input: number): number;
}

/** `ZSTD_inBuffer` and `ZSTD_outBuffer`: pointer, size, position. */
const BUFFER_BYTES = 12;
const OUT_OF_MEMORY = 64;
/** The error codes of libzstd that tell whoever packed the file something (`zstd_errors.h`). */
const REASONS: Readonly<Record<number, string>> = {
  14: 'it uses what the format reserves',
  20: 'it is damaged',
  22: 'its check sum says otherwise',
  32: 'it was packed with a dictionary',
};

/** Compiled once a process. Its memory grows to what its streams need at a time, and never shrinks. */
let library: Promise<LibZstd> | undefined;

/**
 * libzstd, as zstddec has compiled it to WebAssembly. Its own loop over a stream takes all input before it gives up
 * control, goes round for ever after an error and frees nothing when it is left: here is another, over the same functions.
 */
class LoadableLibZstd extends ZSTDDecoder {
  private loaded: LibZstd | undefined;

  override _init = (result: { instance: { exports: object } }): void => {
    super._init(result);
    this.loaded = result.instance.exports as LibZstd;
  };

  async load(): Promise<LibZstd> {
    await this.init();
    if (!this.loaded) throw new Error('zstddec has no longer the method by which libzstd is taken from it.');
    return this.loaded;
  }
}

/** What became of some bytes. */
export interface ZstdStep {
  /** Bytes that were taken from the beginning. */
  readonly taken: number;
  /** Unpacked bytes; overwritten by the next step. */
  readonly given: Buffer;
  /** Whether a frame ended with the last byte taken. */
  readonly frameEnds: boolean;
  /** Whether there may be more to give before more is taken. */
  readonly hasMore: boolean;
}

/** One stream of frames that is unpacked. To be closed: its memory is that of all streams. */
export class ZstdDecoder {
  readonly #context: number;
  readonly #takes: number;
  readonly #gives: number;
  /** Memory of both buffers, then of both structs. */
  readonly #memory: number;
  readonly #given: Buffer;

  private constructor(private readonly zstd: LibZstd) {
    this.#takes = zstd.ZSTD_DStreamInSize();
    this.#gives = zstd.ZSTD_DStreamOutSize();
    this.#given = Buffer.allocUnsafe(this.#gives);
    this.#memory = zstd.malloc(this.#takes + this.#gives + 2 * BUFFER_BYTES);
    this.#context = zstd.ZSTD_createDCtx();
    if (this.#memory !== 0 && this.#context !== 0) return;
    this.close();
    throw outOfMemory();
  }

  static async open(): Promise<ZstdDecoder> {
    library ??= new LoadableLibZstd().load();
    return new ZstdDecoder(await library);
  }

  /**
   * Takes some of these bytes, none behind the end of a frame, and gives what it can.
   * @throws FileRefusedError when they are damaged
   */
  step(bytes: Buffer): ZstdStep {
    const { zstd } = this;
    const input = this.#memory;
    const output = input + this.#takes;
    const inputStruct = output + this.#gives;
    const outputStruct = inputStruct + BUFFER_BYTES;
    const size = Math.min(bytes.length, this.#takes);
    bytes.copy(this.#heap(input, size), 0, 0, size);
    this.#writeStruct(inputStruct, input, size);
    this.#writeStruct(outputStruct, output, this.#gives);

    const left = zstd.ZSTD_decompressStream(this.#context, outputStruct, inputStruct);
    if (left < 0) throw toError(-left);
    const given = this.#position(outputStruct);
    this.#heap(output, given).copy(this.#given);
    return {
      taken: this.#position(inputStruct),
      given: this.#given.subarray(0, given),
      frameEnds: left === 0,
      hasMore: left !== 0 && given === this.#gives,
    };
  }

  close(): void {
    this.zstd.ZSTD_freeDCtx(this.#context);
    this.zstd.free(this.#memory);
  }

  /** Looked up anew each time: the memory moves when it grows. */
  #heap(pointer: number, bytes: number): Buffer {
    return Buffer.from(this.zstd.memory.buffer, pointer, bytes);
  }

  #writeStruct(at: number, pointer: number, size: number): void {
    const struct = this.#heap(at, BUFFER_BYTES);
    struct.writeUInt32LE(pointer, 0);
    struct.writeUInt32LE(size, 4);
    struct.writeUInt32LE(0, 8);
  }

  #position(struct: number): number {
    return this.#heap(struct, BUFFER_BYTES).readUInt32LE(8);
  }
}

function toError(code: number): Error {
  return code === OUT_OF_MEMORY ? outOfMemory() : zstdInvalid(REASONS[code] ?? `error ${String(code)} of libzstd`);
}

function outOfMemory(): Error {
  return new Error('There is no memory left to unpack zstd in.');
}

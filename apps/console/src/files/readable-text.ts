const CONTROL = /(?![\n\t])\p{Cc}/gu;
/** Where Unicode has a picture for each of the first 32 control characters. */
const PICTURES = 0x2400;
const MOST_PICTURED = 0x1f;

/** Bytes of a file as text to look at: what is no UTF-8 is U+FFFD, control characters are shown by their pictures. */
export function readableText(bytes: Uint8Array): string {
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes).replaceAll(CONTROL, (character) => {
    const code = character.charCodeAt(0);
    return code <= MOST_PICTURED ? String.fromCharCode(PICTURES + code) : '\ufffd';
  });
}

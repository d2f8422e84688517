/** Files that are no text, told before a parser finds something wrong with each of their words. */
import type { SourceLoader, SourceText } from './source.ts';

/** A decision needs no more than the beginning. */
const LOOKED_AT = 1024;
/** A stray one is a slip in a text, and named where it stands. */
const STRAY_MAX = 4;
/** Bytes of programs, archives and UTF-16 hold at least one control character in ten; texts, next to none. */
const SHARE_MAX = 0.02;

/**
 * The text of a file, or that it is none: a program, an archive, text in UTF-16. Letters of an old character set
 * (U+FFFD here) do not count: comments in one are common.
 */
export function readText(loader: SourceLoader, path: string): SourceText {
  const read = loader.read(path);
  return read.ok && isBinary(read.text) ? { ok: false, reason: 'binary' } : read;
}

function isBinary(text: string): boolean {
  const length = Math.min(text.length, LOOKED_AT);
  let found = 0;
  for (let at = 0; at < length; at++) if (isControl(text.charCodeAt(at))) found++;
  return found > STRAY_MAX && found > length * SHARE_MAX;
}

/** Not: tab, the line ends, form feed, and escape, which begins a colour in copied output. */
function isControl(code: number): boolean {
  return code < 9 || (code > 13 && code < 32 && code !== 27) || code === 127;
}

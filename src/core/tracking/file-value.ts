/** The number in a tracked file, read as C's strtol with base 0 does: blanks, a sign, 0x for hex, 0 for octal, and anything behind it. */

/** Bytes of a file that are looked at (measured on keepalived 2.4.3). */
export const FILE_BYTES_MAX = 127;

const INT32_MAX = 2_147_483_647;
const INT32_MIN = -2_147_483_648;

const NUMBER = /^\s*([+-]?)(0[xX][0-9a-fA-F]+|0[0-7]*|[1-9][0-9]*)/;

/** Whether there is a number at the beginning, fitting or not. */
export function hasFileValue(text: string): boolean {
  return NUMBER.test(text);
}

/** The number; 0 without one. Undefined for a number that does not fit 32 bits: the file is then not heeded. */
export function fileValue(text: string): number | undefined {
  const found = NUMBER.exec(text);
  if (found === null) return 0;
  const [, sign = '', digits = ''] = found;
  const isOctal = /^0[0-7]+$/.test(digits);
  const size = isOctal ? Number.parseInt(digits, 8) : Number(digits);
  const value = sign === '-' && size > 0 ? -size : size;
  return value > INT32_MAX || value < INT32_MIN ? undefined : value;
}

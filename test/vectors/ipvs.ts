/** Reads `ipvs.json`: IPVS requests with the kernel's answers, as bytes. */
import { readFileSync } from 'node:fs';
import { fromHex } from '../../src/core/base/bytes.ts';

/** A request and what the kernel answered: whole netlink messages; a reply may hold several. */
export interface IpvsVector {
  readonly name: string;
  /** `ok` or the name of the errno. */
  readonly result: string;
  readonly request: Uint8Array;
  readonly replies: readonly Uint8Array[];
}

interface VectorFile {
  readonly vectors: readonly {
    readonly name: string;
    readonly result: string;
    readonly request: string;
    readonly replies: readonly string[];
  }[];
}

const file: VectorFile = JSON.parse(readFileSync(new URL('./ipvs.json', import.meta.url), 'utf8'));

/** All vectors. */
export const IPVS_VECTORS: readonly IpvsVector[] = file.vectors.map((vector) => ({
  name: vector.name,
  result: vector.result,
  request: bytes(vector.request),
  replies: vector.replies.map(bytes),
}));

/** The vector of a name. */
export function ipvsVector(name: string): IpvsVector {
  const vector = IPVS_VECTORS.find((candidate) => candidate.name === name);
  if (vector === undefined) throw new Error(`no vector ${name}`);
  return vector;
}

function bytes(hex: string): Uint8Array {
  const value = fromHex(hex);
  if (value === undefined) throw new Error(`not hex: ${hex}`);
  return value;
}

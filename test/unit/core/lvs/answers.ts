/** Blocks of the kernel's answers in the IPVS vectors. */
import {
  type Attributes,
  hostU32,
  readAttributes,
  readNested,
} from '../../../../src/core/netlink/attributes.ts';
import { ipvsVector } from '../../../vectors/ipvs.ts';

const HEADERS = 20;

/** The top-level attributes of the message at `offset` in the first reply of a vector. */
export function answer(name: string, offset: number = 0): Attributes {
  const [reply] = ipvsVector(name).replies;
  const message = (reply ?? new Uint8Array(0)).subarray(offset);
  return unwrap(readAttributes(message.subarray(HEADERS, hostU32(message))));
}

/** The attributes, which the test takes for granted. */
export function unwrap(result: ReturnType<typeof readAttributes>): Attributes {
  if (!result.ok) throw new Error(result.error.kind);
  return result.value;
}

/** The nested attributes of one type. */
export function block(attributes: Attributes, type: number): Attributes {
  return unwrap(readNested(attributes, type));
}

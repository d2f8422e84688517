/** Structure-aware damage of valid samples: numbers at their borders, lengths that lie, parts lost, doubled, swapped or mixed with another sample. */
import type { SeededRandom } from '../support/random.ts';

/** Inputs stay small: large ones are the business of the limits. */
const LENGTH_MAX = 4_096;

/** Numbers that mean something to some decoder. */
const NUMBERS = [
  0, 1, 2, 3, 4, 7, 8, 15, 16, 0x7f, 0x80, 0xfe, 0xff, 0x100, 0x7fff, 0x8000, 0xffff, 0xffffffff,
];

type Change = (bytes: Uint8Array, random: SeededRandom, another: Uint8Array) => Uint8Array;

/** A damaged copy of one of the samples; now and then bytes from nowhere, or a sample as it is. */
export function damagedSample(
  samples: readonly Uint8Array[],
  random: SeededRandom,
  pieces: readonly Uint8Array[] = [],
): Uint8Array {
  if (random.chance(0.05)) return anyBytes(random, 200);
  const sample = (): Uint8Array =>
    samples[random.between(0, samples.length - 1)] ?? new Uint8Array(0);
  let bytes = sample().slice();
  for (let i = random.between(0, 5); i > 0; i--) {
    const change =
      pieces.length > 0 && random.chance(0.4) ? inserted(pieces) : random.pick(CHANGES);
    bytes = change(bytes, random, sample()).slice(0, LENGTH_MAX);
  }
  return bytes;
}

/** Cuts bytes into pieces as a stream may bring them. */
export function cutUp(bytes: Uint8Array, random: SeededRandom): readonly Uint8Array[] {
  const parts: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; ) {
    const size = random.chance(0.3) ? 1 : random.between(1, bytes.length - at);
    parts.push(bytes.subarray(at, at + size));
    at += size;
  }
  return parts;
}

function anyBytes(random: SeededRandom, most: number): Uint8Array {
  return Uint8Array.from({ length: random.between(0, most) }, () => random.between(0, 255));
}

function place(bytes: Uint8Array, random: SeededRandom): number {
  // Headers are at the beginning.
  const most = random.chance(0.4) ? Math.min(bytes.length, 24) : bytes.length;
  return random.between(0, Math.max(0, most - 1));
}

function joined(...parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}

const CHANGES: readonly [Change, ...Change[]] = [
  // A bit.
  (bytes, random) => {
    const at = place(bytes, random);
    if (bytes.length > 0) bytes[at] = (bytes[at] ?? 0) ^ (1 << random.between(0, 7));
    return bytes;
  },
  // A number of one, two or four bytes, in either order: one of note, or the length of what is there.
  (bytes, random) => {
    const size = random.pick([1, 2, 4]);
    const at = place(bytes, random);
    if (at + size > bytes.length) return bytes;
    const lengths = [bytes.length, bytes.length - at, bytes.length - at - size, bytes.length + 1];
    const number = random.chance(0.5)
      ? (NUMBERS[random.between(0, NUMBERS.length - 1)] ?? 0)
      : (lengths[random.between(0, lengths.length - 1)] ?? 0);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    if (size === 1) view.setUint8(at, number & 0xff);
    else if (size === 2) view.setUint16(at, number & 0xffff, random.chance(0.5));
    else view.setUint32(at, number >>> 0, random.chance(0.5));
    return bytes;
  },
  // A number a little larger or smaller.
  (bytes, random) => {
    const at = place(bytes, random);
    if (bytes.length > 0) bytes[at] = ((bytes[at] ?? 0) + random.between(-4, 4)) & 0xff;
    return bytes;
  },
  // The end is missing, or the beginning.
  (bytes, random) => bytes.slice(0, random.between(0, bytes.length)),
  (bytes, random) => bytes.slice(place(bytes, random)),
  // More than there should be.
  (bytes, random) => joined(bytes, anyBytes(random, 40)),
  // A part is doubled, many times over, or lost.
  (bytes, random) => {
    const [at, size] = [place(bytes, random), random.between(0, 32)];
    const part = bytes.slice(at, at + size);
    const parts = Array.from({ length: random.pick([2, 2, 30]) }, () => part);
    return joined(bytes.slice(0, at), ...parts, bytes.slice(at + size));
  },
  (bytes, random) => {
    const at = place(bytes, random);
    return joined(bytes.slice(0, at), bytes.slice(at + random.between(1, 32)));
  },
  // The beginning of one, the end of another.
  (bytes, random, another) =>
    joined(
      bytes.slice(0, random.between(0, bytes.length)),
      another.slice(random.between(0, another.length)),
    ),
  // One after another.
  (bytes, _random, another) => joined(bytes, another),
  // A byte again and again.
  (bytes, random) => {
    const at = place(bytes, random);
    return joined(
      bytes.slice(0, at),
      new Uint8Array(random.pick([1, 8, 600])).fill(bytes[at] ?? 0),
      bytes.slice(at),
    );
  },
];

function inserted(pieces: readonly Uint8Array[]): Change {
  return (bytes, random) => {
    const at = place(bytes, random);
    const piece = pieces[random.between(0, pieces.length - 1)] ?? new Uint8Array(0);
    return joined(
      bytes.slice(0, at),
      piece,
      bytes.slice(random.chance(0.5) ? at : at + piece.length),
    );
  };
}

/** The sample configurations are in the layout that `tandem fmt` gives. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { formatSource } from '../../../../../src/core/language/print-source.ts';

const CONF = join(import.meta.dirname, '../../../../../conf');
const SAMPLES = readdirSync(CONF, { recursive: true, encoding: 'utf8' }).filter((name) =>
  name.endsWith('.conf'),
);

describe('the samples', () => {
  it.each(SAMPLES)('%s is formatted: tandem fmt -w', (file) => {
    const text = readFileSync(join(CONF, file), 'utf8');
    expect(formatSource({ file, text })).toEqual({ ok: true, text });
  });
});

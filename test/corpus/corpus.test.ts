/**
 * Real files, good, clumsy and broken: the front end must survive each, come to keepalived's verdict and
 * have something to say about every line that keepalived complains about.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../src/core/language/parse-config.ts';

interface Verdict {
  readonly file: string;
  readonly keepalived: Readonly<
    Record<string, { readonly exit: number; readonly lines: readonly number[] }>
  >;
}

const DIRECTORY =
  process.env['TANDEM_CORPUS'] ?? join(import.meta.dirname, '../../../shared/corpus');
const INDEX = join(DIRECTORY, 'verdicts.json');
const VERDICTS: readonly Verdict[] = existsSync(INDEX)
  ? JSON.parse(readFileSync(INDEX, 'utf8'))
  : [];

/** Programs that the machine the verdicts come from had; no script of the files existed there. */
const PROGRAMS = new Set(['killall', 'pidof', 'netstat', '/usr/bin/killall']);

describe.skipIf(VERDICTS.length === 0)('corpus', () => {
  it.each(VERDICTS)('$file: keepalived 2.4.3 and we agree', ({ file, keepalived }) => {
    const expected = keepalived['2.4.3'];
    const text = readFileSync(join(DIRECTORY, file), 'utf8');
    const result = parseConfig({
      file,
      text,
      loader: { read: () => ({ ok: false, reason: 'missing' }), glob: () => [] },
      configId: 'host',
      host: {
        program: (path) => (PROGRAMS.has(path) ? 'usable' : 'missing'),
        userExists: (name) => name === 'root',
      },
    });
    const covered = new Set<number>();
    // Files of a patched keepalived have it. The one of the verdicts does not know it, and we do.
    for (const [index, line] of text.split('\n').entries())
      if (/^\s*(lb_kind|lvs_method)\s+FNAT\b/.test(line)) covered.add(index + 1);
    for (const { code, span, endLine, related } of result.diagnostics) {
      if (code === 'not-supported-yet' || span === undefined) continue;
      // keepalived names the use of a definition, we name the line in it and the use.
      for (const { note, span: use } of related)
        if (note.endsWith('is used here')) covered.add(use.line);
      for (let line = span.line; line <= (endLine ?? span.line); line++) covered.add(line);
    }
    expect(result.verdict.exitStatus).toBe(expected?.exit);
    expect(expected?.lines.filter((line) => !covered.has(line))).toEqual([]);
  });
});

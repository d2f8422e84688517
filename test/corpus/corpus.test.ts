/**
 * Real files, good, clumsy and broken: the front end must survive each, come to keepalived's verdict,
 * have something to say about every line that keepalived complains about, and put every word into effect.
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

/** Lines that may go without a change, by what stands in them: they say what holds anyway. */
const SAYS_WHAT_HOLDS = new RegExp(
  `^(?:${[
    // Defaults.
    'advert_int 1|interval 1|priority 100|state BACKUP|preempt|weight 1|weight 2',
    'garp_master_repeat 5|garp_master_refresh_repeat 1|smtp_connect_timeout 30',
    'lb_algo wlc|lvs_sched wlc|lb_kind NAT|lvs_method NAT|protocol UDP|quorum 1|hysteresis 0',
    'connect_timeout 5|delay_before_retry 3|connect_port (?:80|8080)',
    // One says the same as the other.
    'state MASTER|priority 255',
    // Asks for more checks of scripts; none of these fails them.
    'enable_script_security',
    // Lines of another member, and groups that no virtual server uses.
    '@(?:high|low) .*|192\\.168\\.1\\.188 80|ae00::(?:1|2-9) 80',
    // Strict mode takes it away, and says so.
    'auth_type PASS|auth_pass 1111',
  ].join('|')})$`,
);

function read(file: string, text: string, exists: (path: string) => boolean) {
  return parseConfig({
    file,
    text,
    loader: { read: () => ({ ok: false, reason: 'missing' }), glob: () => [] },
    configId: 'host',
    host: {
      program: (path) => (exists(path) ? 'usable' : 'missing'),
      userExists: (name) => name === 'root',
    },
  });
}

describe.skipIf(VERDICTS.length === 0)('corpus', () => {
  it.each(VERDICTS)('$file: keepalived 2.4.3 and we agree', ({ file, keepalived }) => {
    const expected = keepalived['2.4.3'];
    const text = readFileSync(join(DIRECTORY, file), 'utf8');
    const result = read(file, text, (path) => PROGRAMS.has(path));
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

  it.each(VERDICTS)('$file: every word is in effect', ({ file }) => {
    const text = readFileSync(join(DIRECTORY, file), 'utf8');
    const { config, diagnostics } = read(file, text, () => true);
    expect(diagnostics.filter(({ code }) => code === 'not-supported-yet')).toEqual([]);
    if (config === undefined) return;
    const said = new Set<number>();
    for (const { span, endLine } of diagnostics)
      for (let line = span?.line ?? 0; line <= (endLine ?? span?.line ?? -1); line++)
        said.add(line);
    const whole = JSON.stringify(config);
    const lines = text.split('\n');
    const idle = lines.filter((line, index) => {
      const words = line
        .replace(/[!#].*/, '')
        .trim()
        .replace(/\s+/g, ' ');
      if (words === '' || /[{}]/.test(words) || said.has(index + 1)) return false;
      if (SAYS_WHAT_HOLDS.test(words)) return false;
      const rest = lines.with(index, '').join('\n');
      return JSON.stringify(read(file, rest, () => true).config) === whole;
    });
    expect(idle).toEqual([]);
  });
});

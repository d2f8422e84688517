/** `tandem check`: text for people, JSON and SARIF for programs, several files, and the words it must say. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { stripVTControlCharacters } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkSarif } from '../../../src/cli/check-sarif.ts';
import { checkText } from '../../../src/cli/check-text.ts';
import { MAIN, parse } from '../../support/parse-text.ts';
import { tandem } from './terminal.ts';

const GOOD = 'global_defs {\n    router_id a\n}\n';
const BAD = 'global_defs {\n    routerid a\n}\n';
const FATAL = 'vrrp_instance V {\n    priority\n}\n';
const LATER = 'global_defs {\n    enable_traps\n    enable_dbus\n}\n';

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'tandem-check-'));
});

afterEach(() => {
  rmSync(directory, { recursive: true });
});

function file(text: string, name = 'x.conf'): string {
  const path = join(directory, name);
  writeFileSync(path, text);
  return path;
}

function checkOf(text: string): Parameters<typeof checkText>[0] {
  return { file: MAIN, ...parse(text) };
}

describe('tandem check: text', () => {
  it('says that a good file can be run', async () => {
    const path = file(GOOD);
    const out = `${path}: can be run, nothing to complain about\n`;
    expect(await tandem('check', path)).toMatchObject({ status: 0, out });
  });

  it('sums up without counting what there is none of', async () => {
    const { status, out } = await tandem('check', file(BAD));
    expect(status).toBe(5);
    expect(out).toMatch(/x\.conf: can be run without what is wrong: 1 error\n$/);
  });

  it('says that a file is refused', async () => {
    const { status, out } = await tandem('check', file(FATAL));
    expect(status).toBe(2);
    expect(out).toMatch(/: refused: 3 errors, 1 warning\n$/);
  });

  it('lists words that are not supported yet in one paragraph, without changing the status', async () => {
    const { status, out } = await tandem('check', file(LATER));
    expect(status).toBe(0);
    expect(out).toContain(
      'not supported yet (understood, but without effect): enable_traps, enable_dbus\n',
    );
    expect(out).toMatch(/: can be run: 2 notices\n$/);
  });

  it('checks several files, ends with the worst status and a line about all', async () => {
    const paths = [file(GOOD), file(BAD, 'y.conf'), file(FATAL, 'z.conf')];
    const { status, out } = await tandem('check', ...paths);
    expect(status).toBe(2);
    expect(out).toMatch(/\n3 configurations: 1 refused, 1 with errors, 1 without errors\n$/);
  });

  it('says that a file is not there', async () => {
    const { status, out } = await tandem('check', join(directory, 'absent.conf'));
    expect(status).toBe(6);
    expect(out).toContain('absent.conf" does not exist');
  });

  it('has colours only where they are wanted', () => {
    const plain = checkText(checkOf(BAD), { color: false, width: 0 });
    const colored = checkText(checkOf(BAD), { color: true, width: 0 });
    expect(plain).not.toContain('\u001b');
    expect(colored).toContain('\u001b[31merror\u001b[0m:');
    expect(colored).toContain('\u001b[31m^^^^^^^^\u001b[0m');
    expect(stripVTControlCharacters(colored)).toBe(plain);
  });
});

describe('tandem check: JSON', () => {
  it('lists configurations and all findings', async () => {
    const paths = [file(GOOD), file(BAD, 'y.conf')];
    const { status, out } = await tandem('check', '--format', 'json', ...paths);
    expect(status).toBe(5);
    expect(JSON.parse(out)).toMatchObject({
      formatVersion: 1,
      exitStatus: 5,
      configurations: [
        { file: paths[0], files: [paths[0]], verdict: { errors: 0 } },
        { file: paths[1], verdict: { errors: 1, exitStatus: 5, refused: false } },
      ],
      diagnostics: [
        {
          configuration: paths[1],
          code: 'unknown-keyword',
          severity: 'error',
          span: { file: paths[1], line: 2, column: 5, length: 8 },
        },
      ],
    });
  });

  it('is the same with --json', async () => {
    const path = file(BAD);
    const { out } = await tandem('check', '--json', path);
    expect(out).toBe((await tandem('check', '--format', 'json', path)).out);
  });

  it('refuses a format it does not know', async () => {
    expect(await tandem('check', '--format', 'xml', file(GOOD))).toMatchObject({ status: 1 });
  });
});

describe('tandem check: SARIF', () => {
  const TWO = 'vrrp_instance V {\n priority 1\n priority 2\n}\nrouterid x\n';

  it('has what the standard requires, and rules for all results', async () => {
    const path = file(TWO);
    const { out } = await tandem('check', '--offline', '--format', 'sarif', path);
    const log: SarifLog = JSON.parse(out);
    expect(log.version).toBe('2.1.0');
    expect(log.runs).toHaveLength(1);
    const [run] = log.runs;
    const { name, rules } = run.tool.driver;
    expect(name).toBe('Tandem');
    for (const rule of rules) {
      expect(rule.shortDescription.text).toMatch(/\.$/);
      expect(rule.help.text.length).toBeGreaterThan(20);
      expect(['error', 'warning', 'note']).toContain(rule.defaultConfiguration.level);
    }
    expect(new Set(rules.map(({ id }) => id)).size).toBe(rules.length);
    expect(run.results.length).toBeGreaterThan(1);
    for (const result of run.results) {
      expect(rules[result.ruleIndex]?.id).toBe(result.ruleId);
      expect(['error', 'warning', 'note']).toContain(result.level);
      expect(result.message.text).not.toBe('');
      for (const { physicalLocation } of result.locations) expectPlace(physicalLocation, path);
      for (const related of result.relatedLocations ?? []) {
        expectPlace(related.physicalLocation, path);
        expect(related.message.text).not.toBe('');
      }
    }
    expect(run.results.some(({ relatedLocations = [] }) => relatedLocations.length > 0)).toBe(true);
    expect(run.artifacts).toEqual([{ location: { uri: pathToFileURL(path).href } }]);
  });

  it('keeps relative names relative', () => {
    const { diagnostics, verdict } = parse(BAD);
    const checked = { file: './conf/a b.conf', files: [], verdict, diagnostics };
    const log: SarifLog = JSON.parse(checkSarif([checked], 5));
    expect(log.runs[0].artifacts[0]?.location.uri).toBe('conf/a%20b.conf');
  });

  function expectPlace(place: SarifPlace, path: string): void {
    expect(place.artifactLocation).toEqual({ uri: pathToFileURL(path).href, index: 0 });
    const { startLine, startColumn, endColumn } = place.region;
    expect(startLine).toBeGreaterThan(0);
    expect(startColumn).toBeGreaterThan(0);
    expect(endColumn).toBeGreaterThan(startColumn);
  }
});

interface SarifPlace {
  readonly artifactLocation: { readonly uri: string; readonly index: number };
  readonly region: {
    readonly startLine: number;
    readonly startColumn: number;
    readonly endColumn: number;
  };
}

interface SarifLog {
  readonly version: string;
  readonly runs: readonly [
    {
      readonly tool: {
        readonly driver: {
          readonly name: string;
          readonly rules: readonly {
            readonly id: string;
            readonly shortDescription: { readonly text: string };
            readonly help: { readonly text: string };
            readonly defaultConfiguration: { readonly level: string };
          }[];
        };
      };
      readonly artifacts: readonly { readonly location: { readonly uri: string } }[];
      readonly results: readonly {
        readonly ruleId: string;
        readonly ruleIndex: number;
        readonly level: string;
        readonly message: { readonly text: string };
        readonly locations: readonly { readonly physicalLocation: SarifPlace }[];
        readonly relatedLocations?: readonly {
          readonly physicalLocation: SarifPlace;
          readonly message: { readonly text: string };
        }[];
      }[];
    },
  ];
}

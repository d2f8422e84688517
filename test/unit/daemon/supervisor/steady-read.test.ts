/** Files that change while they are read. */
import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { SourceLoader } from '../../../../src/core/language/source.ts';
import { loadConfig } from '../../../../src/daemon/supervisor/load-config.ts';
import { AT_ONCE, readSteadily, SETTLED } from '../../../../src/daemon/supervisor/steady-read.ts';
import { withConfigFiles } from '../../../../src/drivers/config-files.ts';

let directory: string;
let main: string;
let waited: number[];

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'tandem-steady-'));
  main = join(directory, 'main.conf');
  mkdirSync(join(directory, 'conf.d'));
  writeFileSync(main, 'one\n');
  waited = [];
});

afterEach(() => rmSync(directory, { recursive: true }));

/** Reads the main file and all of `conf.d`; `during` happens after each read. */
function read(during: (attempt: number) => void, onWait?: (count: number) => void) {
  let attempt = 0;
  const options = {
    ...SETTLED,
    wait: (milliseconds: number) => {
      if (milliseconds === 0) return;
      waited.push(milliseconds);
      onWait?.(waited.length);
    },
  };
  const readAll = (loader: SourceLoader): string => {
    const names = [main, ...loader.glob('conf.d/*.conf', directory)];
    const text = names.map((name) => {
      const file = loader.read(name);
      return file.ok ? file.text : file.reason;
    });
    during(++attempt);
    return text.join('');
  };
  return withConfigFiles(({ loader }) => readSteadily(loader, readAll, options));
}

describe('V17: a file that changes while it is read', () => {
  test('is read once when nothing changes', () => {
    expect(read(() => undefined)).toEqual({ ok: true, value: 'one\n' });
    expect(waited).toEqual([SETTLED.quietMs]);
  });

  test('is read again', () => {
    const outcome = read((attempt) => {
      if (attempt === 1) writeFileSync(main, 'one\ntwo\n');
    });
    expect(outcome).toEqual({ ok: true, value: 'one\ntwo\n' });
  });

  test('is read again when the rest comes in the pause after the first half', () => {
    const outcome = read(
      () => undefined,
      (count) => {
        if (count === 1) writeFileSync(main, 'one\ntwo\n');
      },
    );
    expect(outcome).toEqual({ ok: true, value: 'one\ntwo\n' });
  });

  test.each([
    [
      'is exchanged for one of the same size',
      () => {
        writeFileSync(join(directory, 'new'), 'two\n');
        renameSync(join(directory, 'new'), main);
      },
      'two\n',
    ],
    [
      'comes into an included directory',
      () => {
        writeFileSync(join(directory, 'conf.d/a.conf'), 'a\n');
      },
      'one\na\n',
    ],
    ['goes', () => rmSync(main), 'missing'],
  ])('counts as changed when it %s', (_, change, expected) => {
    const outcome = read((attempt) => {
      if (attempt === 1) change();
    });
    expect(outcome).toEqual({ ok: true, value: expected });
  });

  test('is named when it never stays, after a limited number of attempts', () => {
    let attempts = 0;
    const included = join(directory, 'conf.d/b.conf');
    writeFileSync(included, '');
    const outcome = read((attempt) => {
      attempts = attempt;
      writeFileSync(included, 'x'.repeat(attempt));
    });
    expect(outcome).toEqual({ ok: false, error: included });
    expect(attempts).toBe(1 + SETTLED.pausesMs.length);
  });

  test('refuses the load with its name', () => {
    const busy = {
      ...AT_ONCE,
      wait: () => writeFileSync(main, String(waited.push(0)).repeat(waited.length)),
    };
    const loaded = loadConfig(main, { offline: true }, busy);
    expect(loaded.config).toBeUndefined();
    expect(loaded.findings).toMatchObject([{ code: 'file-changing', refuses: true, exit: 5 }]);
    expect(loaded.findings[0]?.message).toBe(
      `"${main}" changes while it is read, 6 times in a row`,
    );
  });

  test('is no device or pipe: those are read once', () => {
    const device: SourceLoader = { read: () => ({ ok: true, text: '' }), glob: () => [] };
    expect(readSteadily(device, (loader) => loader.read('/dev/null').ok, AT_ONCE)).toEqual({
      ok: true,
      value: true,
    });
  });
});

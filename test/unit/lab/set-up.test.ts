/**
 * What a person reads when the set-up can't install something: apt's words, and what they mean. `apt-get` is a program of the test.
 */
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { REPOSITORY_ROOT } from '../../lab/kit/paths.ts';

const PACKAGES = join(REPOSITORY_ROOT, 'test', 'lab', 'setup', 'packages.mjs');
const MISSING = { name: 'nonesuch', files: ['nonesuch-program'], use: 'nothing' };

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'tandem-set-up-'));
});

afterEach(() => rmSync(directory, { recursive: true }));

/** Puts a program in the PATH of what `evaluate` runs. */
function fake(name: string, script: string): void {
  const file = join(directory, name);
  writeFileSync(file, `#!/bin/sh\n${script}\n`);
  chmodSync(file, 0o755);
}

/** What a person is told when npm prints this. */
function npmExplained(output: string): unknown {
  const file = join(REPOSITORY_ROOT, 'test', 'lab', 'setup', 'dependencies.mjs');
  return evaluate(`(await import(${JSON.stringify(file)})).explainNpm(${JSON.stringify(output)})`);
}

/** The value of an expression that uses the exports of `packages.mjs`. */
function evaluate(expression: string, path = `${directory}:${process.env['PATH']}`): unknown {
  const program = `
    import * as packages from ${JSON.stringify(PACKAGES)};
    process.stdout.write(JSON.stringify(await (${expression})));`;
  const options = { encoding: 'utf8', env: { ...process.env, PATH: path } } as const;
  return JSON.parse(
    execFileSync(process.execPath, ['--input-type=module', '-e', program], options),
  );
}

function install(): unknown {
  return evaluate(`Object.fromEntries(await packages.aptInstall([${JSON.stringify(MISSING)}]))`);
}

describe('a package that is not installed', () => {
  test.each([
    [
      'E: dpkg was interrupted, you must manually run dpkg --configure -a to correct the problem.',
      /dpkg --configure -a/,
    ],
    ['E: Could not get lock /var/lib/dpkg/lock-frontend.', /another program is installing/],
    ["Err:1 http://deb.debian.org\n  Temporary failure resolving 'deb.debian.org'", /network/],
    ["E: You don't have enough free space in /var/cache/apt/archives/.", /no space/],
    ['E: Unable to locate package nonesuch', /^apt-get: Unable to locate package nonesuch$/],
    ['something else went wrong', /something else went wrong/],
  ])('apt says "%s"', (said, told) => {
    fake('apt-get', `cat >&2 <<'END'\n${said}\nEND\nexit 100`);
    expect(install()).toEqual({ nonesuch: expect.stringMatching(told) });
  });

  test('what stands in the way of all packages is met once', () => {
    fake('apt-get', `echo "$@" >> ${directory}/calls; echo 'E: dpkg was interrupted'; exit 100`);
    const both = JSON.stringify([MISSING, { ...MISSING, name: 'other' }]);
    evaluate(`packages.aptInstall(${both})`);
    const calls = execFileSync('grep', ['-c', ' install ', join(directory, 'calls')]).toString();
    expect(calls.trim()).toBe('1');
  });

  test('apt takes it for installed, and its program is missing', () => {
    fake('apt-get', 'exit 0');
    expect(install()).toEqual({
      nonesuch: expect.stringMatching(/nonesuch-program is missing.*install --reinstall nonesuch/),
    });
  });

  test('without apt-get, the names are for another package manager', () => {
    const told = evaluate(`packages.whyNotInstalled([${JSON.stringify(MISSING)}])`, directory);
    expect(told).toMatch(/no apt-get.*nonesuch.*its own package manager/);
    expect(evaluate('packages.canInstall()', directory)).toBe(false);
  });
});

describe('npm packages that are not installed', () => {
  test('without a network, one line says so and one names the registry', () => {
    const request = 'request to http://r.example/x failed, reason: getaddrinfo EAI_AGAIN r.example';
    const said = `npm error code EAI_AGAIN\nnpm error errno EAI_AGAIN\nnpm error ${request}\nnpm error stack`;
    expect(npmExplained(said)).toMatch(/is there a network.*\nnpm: request to http:\/\/r\.example/);
  });

  test('a directory that may not be written', () => {
    const said = "npm error code EACCES\nnpm error Error: EACCES: permission denied, mkdir '/x'";
    expect(npmExplained(said)).toMatch(/may not write.*\nnpm: Error: EACCES.*mkdir/);
  });

  test('anything else is npm’s own word, from the beginning', () => {
    expect(npmExplained('npm error code EUSAGE\nnpm error more')).toMatch(/^npm error code EUSAGE/);
  });
});

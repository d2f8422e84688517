/** Every sample in `conf/` is right, in both forms, and the published schema is up to date. */
import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse as parsePlain } from 'yaml';
import { schemaText } from '../../../src/cli/schema.ts';
import { type ParseResult, parseConfig } from '../../../src/core/language/parse-config.ts';
import { withConfigFiles } from '../../../src/drivers/config-files.ts';
import { REGEX_PROBLEM } from '../../../src/drivers/regex.ts';
import { YAML_READER } from '../../../src/drivers/yaml-source.ts';
import { validate } from '../../support/json-schema.ts';

const CONF = join(import.meta.dirname, '../../../conf');
const SCHEMA_FILE = join(CONF, 'tandem.schema.json');

const FILES = readdirSync(CONF, { recursive: true, encoding: 'utf8' });
/** Samples are complete; the files of directories `*.d` are parts of one. */
const SAMPLES = FILES.filter((name) => name.endsWith('.conf') && !/\.d\//.test(name)).map((name) =>
  name.slice(0, -'.conf'.length),
);

/** Findings that a sample shows on purpose. */
const WANTED: Readonly<Record<string, readonly string[]>> = {
  // The deployment has a sync group of one, and keepalived warns of it too.
  c: ['setting-reset'],
};

/** Reads a sample as the first director would; whatever host the test runs on. */
function read(name: string): ParseResult {
  return withConfigFiles(({ loader }) =>
    parseConfig({
      file: join(CONF, name),
      loader,
      yaml: YAML_READER,
      regexProblem: REGEX_PROBLEM,
      configId: 'lb01',
    }),
  );
}

/** Errors and warnings. */
function complaints({ diagnostics }: ParseResult): string[] {
  return diagnostics.filter((item) => item.severity !== 'notice').map((item) => item.code);
}

describe.each(SAMPLES)('conf/%s', (name) => {
  it.each(['conf', 'yaml'])('is free of complaints as .%s', (form) => {
    const result = read(`${name}.${form}`);
    expect(complaints(result)).toEqual(WANTED[name] ?? []);
    expect(result.verdict.exitStatus).toBe(WANTED[name] === undefined ? 0 : 5);
  });

  it('means the same in both forms', () => {
    const [conf, yaml] = [read(`${name}.conf`), read(`${name}.yaml`)];
    expect(conf.config).toBeDefined();
    expect(yaml.config).toEqual(conf.config);
  });

  it('begins with what it is for', () => {
    const [conf = ''] = readFileSync(join(CONF, `${name}.conf`), 'utf8').split('\n');
    const [, yaml = ''] = readFileSync(join(CONF, `${name}.yaml`), 'utf8').split('\n');
    expect(conf).toMatch(/^# [A-Z]/);
    expect(yaml).toMatch(/^# [A-Z]/);
  });

  it('is valid YAML by the schema that it names', () => {
    const file = join(CONF, `${name}.yaml`);
    const text = readFileSync(file, 'utf8');
    const named = /^# yaml-language-server: \$schema=(\S+)$/m.exec(text)?.[1] ?? '';
    expect(join(dirname(file), named)).toBe(SCHEMA_FILE);
    const schema: unknown = JSON.parse(readFileSync(SCHEMA_FILE, 'utf8'));
    expect(validate(schema, parsePlain(text, { merge: true }))).toEqual([]);
  });

  it('is listed in the README', () => {
    expect(readFileSync(join(CONF, 'README.md'), 'utf8')).toContain(`\`${basename(name)}\``);
  });
});

describe('conf/', () => {
  it('has no YAML file without its twin', () => {
    const twins = FILES.filter((name) => name.endsWith('.yaml')).map((name) => name.slice(0, -5));
    expect(twins.sort()).toEqual([...SAMPLES].sort());
  });

  it('has parts that are right on their own', () => {
    const parts = FILES.filter((name) => name.endsWith('.conf') && /\.d\//.test(name));
    for (const part of parts) expect(complaints(read(part)), part).toEqual([]);
  });

  it('publishes the schema of today: write it with `tandem schema`', () => {
    const file = relative(process.cwd(), SCHEMA_FILE);
    expect(readFileSync(SCHEMA_FILE, 'utf8') === schemaText(), `${file} is out of date`).toBe(true);
  });
});

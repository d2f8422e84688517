/** Every limit of the configuration front end is reached by some input, which gets a finding with the limit's name or number. */
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: ${NAME} is what the language calls a definition
import { describe, expect, it } from 'vitest';
import type { DiagnosticCode } from '../../src/core/language/codes.ts';
import { CONFIG_LIMITS } from '../../src/core/language/limits.ts';
import { type ParseInput, parseConfig } from '../../src/core/language/parse-config.ts';
import type { SourceLoader } from '../../src/core/language/source.ts';
import { YAML_READER } from '../../src/drivers/yaml-source.ts';
import { TIMEOUT_MS } from './budget.ts';

/** An input that goes beyond a limit, and what is said then. */
interface Case {
  readonly text: string;
  readonly loader?: SourceLoader;
  readonly file?: string;
  readonly code: DiagnosticCode;
}

const SERVER = 'real_server 10.0.1.1 80 {\n}\n';

function group(entries: string, servers: number): string {
  const one = `virtual_server group G {\nprotocol TCP\nlb_algo rr\nlb_kind NAT\n${SERVER}}\n`;
  return `virtual_server_group G {\n${entries}}\n${one.repeat(servers)}`;
}

/** Includes of `count` files, each of which has the given text. */
function includes(count: number, text: (name: string) => string): SourceLoader {
  return {
    read: (path) => ({ ok: true, text: text(path) }),
    glob: (pattern) =>
      pattern === '*' ? Array.from({ length: count }, (_, i) => `/f${i}`) : [pattern],
  };
}

const LONG_YAML = `# ${'x'.repeat(CONFIG_LIMITS.yamlLength)}\n`;
const MANY_ALIASES = `a: &a [${'1, '.repeat(99)}1]\n${['b', 'c', 'd', 'e']
  .map((name, i) => `${name}: &${name} [${`*${'abcde'.charAt(i)}, `.repeat(99)}]\n`)
  .join('')}`;

const CASES: Readonly<Record<keyof typeof CONFIG_LIMITS, Case>> = {
  fileLength: {
    text: 'include *\n',
    loader: includes(2, () => ' '.repeat(CONFIG_LIMITS.fileLength / 2)),
    code: 'file-too-long',
  },
  lineBytes: { text: `# ${'x'.repeat(CONFIG_LIMITS.lineBytes)}\n`, code: 'line-too-long' },
  includeDepth: {
    text: 'include /a\n',
    loader: includes(1, (name) => `include ${name}a\n`),
    code: 'include-limit',
  },
  includeFiles: {
    text: 'include *\n',
    loader: includes(CONFIG_LIMITS.includeFiles + 1, () => ''),
    code: 'include-limit',
  },
  nesting: { text: 'x {\n'.repeat(CONFIG_LIMITS.nesting + 1), code: 'nesting-limit' },
  substitutions: { text: '$A=${A}\nx ${A}\n', code: 'expansion-limit' },
  expandedLineLength: {
    text: `$A=${'x'.repeat(900)}\n$B=${'${A}'.repeat(200)}\nx $B\n`,
    code: 'expansion-limit',
  },
  expandedCharacters: {
    text: `$A=${'x'.repeat(900)}\n${`x ${'${A}'.repeat(70)}\n`.repeat(1100)}`,
    code: 'expansion-limit',
  },
  generatedLines: {
    text: `~SEQ(i,1,${CONFIG_LIMITS.generatedLines + 1}) x\n`,
    code: 'expansion-limit',
  },
  expansionDepth: { text: '$A= \\\n a \\\n $A\n$A\n', code: 'expansion-limit' },
  diagnostics: { text: 'x\n'.repeat(CONFIG_LIMITS.diagnostics + 1), code: 'too-many-diagnostics' },
  groupRange: { text: group('10.0.0.0/15 80\n', 1), code: 'invalid-value' },
  groupServices: { text: group('10.0.0.0/16 80\n', 5), code: 'group-limit' },
  yamlLength: { text: LONG_YAML, file: '/f.yaml', code: 'yaml-limit' },
  yamlDepth: {
    text: `a: ${'['.repeat(CONFIG_LIMITS.yamlDepth + 1)}${']'.repeat(CONFIG_LIMITS.yamlDepth + 1)}\n`,
    file: '/f.yaml',
    code: 'yaml-limit',
  },
  yamlNodes: { text: MANY_ALIASES, file: '/f.yaml', code: 'yaml-limit' },
};

describe('limits', () => {
  it.each(Object.entries(CASES))('%s is reached and named', { timeout: TIMEOUT_MS }, (_, one) => {
    const { text, code, file = '/f.conf' } = one;
    const loader: SourceLoader = one.loader ?? {
      read: () => ({ ok: false, reason: 'missing' }),
      glob: () => [],
    };
    const input: ParseInput = { file, text, loader, yaml: YAML_READER };
    expect(parseConfig(input).diagnostics.map((item) => item.code)).toContain(code);
  });

  it('alternatives of an include are counted before they are looked for', () => {
    const text = `include ${'{a,b}'.repeat(150)}\n`;
    const loader: SourceLoader = {
      read: () => ({ ok: false, reason: 'missing' }),
      glob: () => [],
    };
    const codes = parseConfig({ file: '/f', text, loader }).diagnostics.map((item) => item.code);
    expect(codes).toContain('include-limit');
  });

  it('one virtual server may have tens of thousands of servers', { timeout: TIMEOUT_MS }, () => {
    const servers = Array.from(
      { length: 20_000 },
      (_, i) => `real_server 10.1.${i >> 8}.${i & 255} 80 {\nweight 1\nTCP_CHECK {\n}\n}\n`,
    ).join('');
    const head = 'virtual_server 10.0.0.1 80 {\nprotocol TCP\nlb_algo rr\nlb_kind NAT\n';
    const text = `${head}lb_kind DR\n${servers}${'quorum 1\n'.repeat(20_000)}}\n`;
    const loader: SourceLoader = {
      read: () => ({ ok: false, reason: 'missing' }),
      glob: () => [],
    };
    const { config } = parseConfig({ file: '/f', text, loader });
    expect(config?.virtualServers[0]?.realServers).toHaveLength(20_000);
  });
});

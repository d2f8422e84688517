/** Parses configuration text in tests: files, environment and host are plain objects. */
import type { Diagnostic } from '../../src/core/language/diagnostic.ts';
import type { HostFacts } from '../../src/core/language/host.ts';
import { type ParseResult, parseConfig } from '../../src/core/language/parse-config.ts';
import type { SourceLoader } from '../../src/core/language/source.ts';
import { REGEX_PROBLEM } from '../../src/drivers/regex.ts';

/** The name of the main file in tests. */
export const MAIN = '/etc/t.conf';

/** What a test may set besides the text. */
export interface World {
  readonly files?: Readonly<Record<string, string>>;
  readonly configId?: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly host?: HostFacts;
}

/** Parses `text` as the main file. */
export function parse(text: string, world: World = {}): ParseResult {
  return parseConfig({
    file: MAIN,
    text,
    loader: loaderOf(world.files ?? {}),
    configId: world.configId ?? 'host1',
    environment: (name) => world.environment?.[name],
    host: world.host ?? {},
    regexProblem: REGEX_PROBLEM,
  });
}

/** Files of a map; patterns know `*` and `?` only. */
export function loaderOf(files: Readonly<Record<string, string>>): SourceLoader {
  return {
    read: (path) => {
      const text = files[path];
      return text === undefined ? { ok: false, reason: 'missing' } : { ok: true, text };
    },
    glob: (pattern, directory) => {
      const path = pattern.startsWith('/') ? pattern : `${directory}/${pattern}`;
      const source = path
        .replace(/[.+^${}()|[\]\\]/g, '\\$&')
        .replaceAll('*', '[^/]*')
        .replaceAll('?', '[^/]');
      return Object.keys(files)
        .filter((name) => new RegExp(`^${source}$`).test(name))
        .sort();
    },
  };
}

/** `line:code` of every complaint, without advice and "not supported yet". */
export function findings(result: ParseResult): string[] {
  return result.diagnostics
    .filter(isComplaint)
    .map((item) => `${item.span?.line ?? '-'}:${item.code}`);
}

/** The diagnostics but those of rules and "not supported yet". */
export function isComplaint(item: Diagnostic): boolean {
  return isFinding(item) && !item.code.startsWith('lint-');
}

/** The diagnostics but "not supported yet". */
export function isFinding(item: Diagnostic): boolean {
  return item.code !== 'not-supported-yet' && item.code !== 'keepalived-misreads';
}

/** The body of an instance that has everything it needs, with `more` lines added. */
export function instance(more: string, name = 'V'): string {
  return `vrrp_instance ${name} {
  interface eth0
  virtual_router_id 51
  ${more}
  virtual_ipaddress {
    192.168.1.100/24
  }
}
`;
}

/** Builds HTTP_GET and SSL_GET, and their pages. */
import type { HttpCheckConfig, HttpUrlConfig } from '../../model/config.ts';
import type { BlockReader, Checker, WrittenValue } from '../types.ts';

/** A check of one of the two. */
export type WebCheck<T extends HttpCheckConfig['type']> = HttpCheckConfig & { readonly type: T };

/** The builder of one of the two. */
export function buildFor<T extends HttpCheckConfig['type']>(
  type: T,
): Checker<WebCheck<T>>['build'] {
  return (block, common, server) => {
    const target = server.target();
    const urls = urlsOf(block, block.text('virtualhost') ?? server.host);
    if (target === undefined || urls.length === 0) return undefined;
    return {
      type,
      ...common,
      retry: block.number('nb_get_retry') ?? common.retry,
      target,
      httpVersion: HTTP_VERSIONS[block.text('http_protocol') ?? '1.0'] ?? '1.0',
      fastRecovery: block.switched('fast_recovery') ?? false,
      sni: block.switched('enable_sni') ?? false,
      urls,
    };
  };
}

const HTTP_VERSIONS: Readonly<Record<string, HttpCheckConfig['httpVersion'] | undefined>> = {
  '1.0': '1.0',
  '1.0C': '1.0C',
  '1.0c': '1.0C',
  '1.1': '1.1',
};

/** The usable pages; none is reported. `host` is what pages without a name of their own ask for. */
function urlsOf(block: BlockReader, host: string | undefined): HttpUrlConfig[] {
  const urls: HttpUrlConfig[] = [];
  for (const url of block.blocks('url')) {
    const built = urlOf(url, host);
    if (built !== undefined) urls.push(built);
  }
  if (urls.length === 0) block.lacks('url', 'has no usable url', 'url { path / }');
  return urls;
}

function urlOf(block: BlockReader, inheritedHost: string | undefined): HttpUrlConfig | undefined {
  const path = block.text('path');
  if (path === undefined) {
    block.lacks('path', 'has no path', 'path /');
    return undefined;
  }
  const host = block.text('virtualhost') ?? inheritedHost;
  const digest = block.text('digest');
  const pattern = block.text('regex');
  const statusCodes = rangesOf(block.value('status_code'));
  // The usual case, by far: there may be tens of thousands.
  if (host === undefined && digest === undefined && pattern === undefined) {
    return { path, statusCodes };
  }
  return {
    path,
    ...(host === undefined ? {} : { virtualHost: host }),
    ...(digest === undefined ? {} : { digest: digest.toLowerCase() }),
    statusCodes,
    ...(pattern === undefined
      ? {}
      : { regex: { pattern, flags: '', negate: block.has('regex_no_match') } }),
  };
}

function rangesOf(value: WrittenValue | undefined): HttpUrlConfig['statusCodes'] {
  if (typeof value !== 'object' || value.kind !== 'list') return ANY_GOOD;
  return value.items.flatMap((item) =>
    typeof item === 'object' && item.kind === 'number-range'
      ? [{ from: item.from, to: item.to }]
      : [],
  );
}

/** One for all pages that say nothing: 200 to 299. */
const ANY_GOOD: HttpUrlConfig['statusCodes'] = [];

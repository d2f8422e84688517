/** Builds HTTP_GET and SSL_GET, and their pages. */
import type { HttpCheckConfig, HttpUrlConfig } from '../../model/config.ts';
import type { BlockReader, CheckedServer, Checker, WrittenValue } from '../types.ts';
import { regexOf } from './regex.ts';

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
      ...(type === 'SSL_GET' ? tlsOf(block, server) : { sni: sniOf(block), tlsCompliant: false }),
      urls,
    };
  };
}

type TlsPart = Pick<HttpCheckConfig, 'sni' | 'sniName' | 'tlsCompliant' | 'tlsClient'>;

function tlsOf(block: BlockReader, { tlsClient }: CheckedServer): TlsPart {
  const sniName = block.text('sni_name');
  return {
    sni: sniOf(block),
    ...(sniName === undefined ? {} : { sniName }),
    tlsCompliant: block.switched('tls_compliant') ?? false,
    ...(tlsClient === undefined ? {} : { tlsClient }),
  };
}

/** `sni_name` switches it on, with a name or without. */
function sniOf(block: BlockReader): boolean {
  if (!block.has('sni_name')) return block.switched('enable_sni') ?? false;
  const message = 'keepalived up to 2.4.3 does not know sni_name';
  block.report('keepalived-rejects', 'sni_name', message);
  return true;
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
  const regex = regexOf(block);
  const tlsCompliant = block.switched('tls_compliant');
  const statusCodes = rangesOf(block.value('status_code'));
  // The usual case, by far: there may be tens of thousands.
  if (
    host === undefined &&
    digest === undefined &&
    regex === undefined &&
    tlsCompliant === undefined
  ) {
    return { path, statusCodes };
  }
  return {
    path,
    ...(host === undefined ? {} : { virtualHost: host }),
    ...(digest === undefined ? {} : { digest: digest.toLowerCase() }),
    statusCodes,
    ...(regex === undefined ? {} : { regex }),
    ...(tlsCompliant === undefined ? {} : { tlsCompliant }),
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

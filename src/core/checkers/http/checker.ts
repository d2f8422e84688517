/** HTTP_GET and SSL_GET: pages are asked for one after another, one in each period. */
import { parseIp } from '../../base/address.ts';
import { seconds } from '../../base/time.ts';
import type {
  CheckConfig,
  HttpCheckConfig,
  HttpUrlConfig,
  TlsClientConfig,
} from '../../model/config.ts';
import type { Checker, ExchangeStep, TlsOptions } from '../types.ts';
import { buildFor, type WebCheck } from './build.ts';
import { httpRequest } from './request.ts';
import { UrlResponse } from './url-response.ts';
import { urlText } from './url-text.ts';

/** The row of HTTP_GET. */
export const HTTP_GET: Checker<WebCheck<'HTTP_GET'>> = webChecker(
  'HTTP_GET',
  'Up while pages are answered as they should',
);

/** The row of SSL_GET. */
export const SSL_GET: Checker<WebCheck<'SSL_GET'>> = webChecker('SSL_GET', 'The same over TLS');

/** What both have in common. Defaults as in keepalived. */
function webChecker<T extends HttpCheckConfig['type']>(
  type: T,
  title: string,
): Checker<WebCheck<T>> {
  return {
    title,
    defaults: { retry: 1, delayBeforeRetry: seconds(3) },
    settings: {
      httpVersion: { kind: 'work', keyword: 'http_protocol' },
      fastRecovery: { kind: 'work', keyword: 'fast_recovery' },
      sni: { kind: 'work', keyword: 'enable_sni' },
      sniName: { kind: 'work', keyword: 'sni_name' },
      tlsCompliant: {
        kind: 'work',
        keyword: type === 'SSL_GET' ? 'tls_compliant' : '',
        shown: 'tls_compliant',
      },
      tlsClient: { kind: 'work', keyword: '', shown: 'SSL', text: tlsClientText },
      urls: {
        kind: 'list',
        keyword: 'url',
        identity: ({ path }: HttpUrlConfig) => path,
        text: urlText,
      },
    },
    rhythmSettings: ['fastRecovery'],
    timeoutReason: 'timeout',
    endpoints: ({ target }) => [target],
    usesPorts: true,
    attemptTime: ({ target }) => target.connectTimeout,
    turns: (check) =>
      check.urls.length === 1 ? [check] : check.urls.map((url) => ({ ...check, urls: [url] })),
    hurries: ({ fastRecovery }) => fastRecovery,
    steps: (check) =>
      check.urls.map((url) => pageExchange(check, url, (tools) => new UrlResponse(url, tools))),
    build: buildFor(type),
  };
}

/** True for a check that asks for pages. */
export function isHttpCheck(check: CheckConfig): check is HttpCheckConfig {
  return 'urls' in check;
}

/** True when pages are asked for over TLS. */
export function usesTls({ type }: Pick<HttpCheckConfig, 'type'>): boolean {
  return type === 'SSL_GET';
}

/** What of a check says how a page is asked for. */
export type PageAsking = Pick<
  HttpCheckConfig,
  'type' | 'target' | 'httpVersion' | 'sni' | 'sniName' | 'tlsCompliant' | 'tlsClient'
>;

/** Asks for one page as a check does; `judge` makes something of the answer. */
export function pageExchange(
  check: PageAsking,
  url: HttpUrlConfig,
  judge: ExchangeStep['judge'],
): ExchangeStep {
  return {
    transport: 'exchange',
    target: check.target,
    ...(usesTls(check) ? { tls: tlsOptions(check, url) } : {}),
    request: httpRequest(check, url),
    judge,
  };
}

function tlsOptions(check: PageAsking, url: HttpUrlConfig): TlsOptions {
  const { tlsCompliant, tlsClient } = check;
  const serverName = nameOfTls(check, url);
  return {
    ...(serverName === undefined ? {} : { serverName }),
    closesWithAlert: url.tlsCompliant ?? tlsCompliant,
    ...(tlsClient === undefined ? {} : { client: tlsClient }),
  };
}

/** SNI carries names only, neither addresses nor ports (RFC 6066 section 3); keepalived sends the port along. */
function nameOfTls(check: PageAsking, { virtualHost }: HttpUrlConfig): string | undefined {
  const { sni, sniName = virtualHost } = check;
  if (!sni || sniName === undefined || parseIp(sniName) !== undefined) return undefined;
  const name = sniName.replace(/:\d*$/, '');
  return name === '' || name.includes(':') || parseIp(name) !== undefined ? undefined : name;
}

/** Which files; the pass phrase is never shown. */
function tlsClientText({ certificate, key, password, authorities }: TlsClientConfig): string {
  return [
    certificate === undefined ? '' : `certificate ${certificate}`,
    key === undefined ? '' : `key ${key}`,
    password === undefined ? '' : 'password (secret)',
    authorities === undefined ? '' : `ca ${authorities}`,
  ]
    .filter((part) => part !== '')
    .join(' ');
}

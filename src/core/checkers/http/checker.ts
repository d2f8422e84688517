/** HTTP_GET and SSL_GET: pages are asked for one after another, one in each period. */
import { parseIp } from '../../base/address.ts';
import { seconds } from '../../base/time.ts';
import type { CheckConfig, HttpCheckConfig, HttpUrlConfig } from '../../model/config.ts';
import type { Checker, ExchangeStep } from '../types.ts';
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
      urls: {
        kind: 'list',
        keyword: 'url',
        identity: ({ path }: HttpUrlConfig) => path,
        text: urlText,
      },
    },
    rhythmSettings: ['fastRecovery'],
    timeoutReason: 'timeout',
    endpoint: ({ target }) => target,
    attemptTime: ({ target }) => target.connectTimeout,
    turns: (check) =>
      check.urls.length === 1 ? [check] : check.urls.map((url) => ({ ...check, urls: [url] })),
    hurries: ({ fastRecovery }) => fastRecovery,
    steps: (check) => check.urls.map((url) => exchange(check, url)),
    build: buildFor(type),
  };
}

/** True for a check that asks for pages. */
export function isHttpCheck(check: CheckConfig): check is HttpCheckConfig {
  return 'urls' in check;
}

/** True when pages are asked for over TLS. */
export function usesTls({ type }: HttpCheckConfig): boolean {
  return type === 'SSL_GET';
}

function exchange(check: HttpCheckConfig, url: HttpUrlConfig): ExchangeStep {
  return {
    transport: 'exchange',
    target: check.target,
    ...(usesTls(check) ? { tls: serverName(check, url) } : {}),
    request: httpRequest(check, url),
    judge: (tools) => new UrlResponse(url, tools),
  };
}

/** SNI carries names only, no addresses (RFC 6066 section 3). */
function serverName(
  { sni }: HttpCheckConfig,
  { virtualHost }: HttpUrlConfig,
): { readonly serverName?: string } {
  if (!sni || virtualHost === undefined || parseIp(virtualHost) !== undefined) return {};
  return { serverName: virtualHost };
}

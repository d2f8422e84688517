/** The request of HTTP_GET and SSL_GET, line for line as keepalived sends it. */
import { utf8Bytes } from '../../base/bytes.ts';
import type { HttpCheckConfig, HttpUrlConfig } from '../../model/config.ts';
import { endpointKey } from '../../model/config.ts';

/** The bytes of the request for one url. */
export function httpRequest(
  { httpVersion, target }: Pick<HttpCheckConfig, 'httpVersion' | 'target'>,
  url: Pick<HttpUrlConfig, 'path' | 'virtualHost'>,
): Uint8Array {
  const lines = [
    `GET ${url.path} HTTP/${httpVersion === '1.1' ? '1.1' : '1.0'}`,
    'User-Agent: KeepAliveClient',
    ...(httpVersion === '1.0' ? [] : ['Connection: close']),
    `Host: ${url.virtualHost ?? endpointKey(target.address, target.port)}`,
    '',
    '',
  ];
  return utf8Bytes(lines.join('\r\n'));
}

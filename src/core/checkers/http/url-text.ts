/** A page of the configuration as one line. */
import type { HttpUrlConfig } from '../../model/config.ts';

/** `/index.html status_code 200-299 virtualhost www.example.com`. */
export function urlText(url: HttpUrlConfig): string {
  const { path, statusCodes, virtualHost, digest, regex, tlsCompliant, ...rest } = url;
  // A setting that this line does not name would be a difference that nobody sees.
  rest satisfies Record<string, never>;
  return [
    path,
    statusCodes.length === 0 ? '' : `status_code ${statusCodesText(statusCodes)}`,
    virtualHost === undefined ? '' : `virtualhost ${virtualHost}`,
    digest === undefined ? '' : `digest ${digest}`,
    regex === undefined ? '' : `regex ${JSON.stringify(regex)}`,
    tlsCompliant === undefined ? '' : `tls_compliant ${tlsCompliant ? 'on' : 'off'}`,
  ]
    .filter((part) => part !== '')
    .join(' ');
}

/** `200-204 301`. */
export function statusCodesText(codes: HttpUrlConfig['statusCodes']): string {
  return codes.map(({ from, to }) => (from === to ? `${from}` : `${from}-${to}`)).join(' ');
}

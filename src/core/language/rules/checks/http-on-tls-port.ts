/** Rule: HTTP_GET speaks plain HTTP, SSL_GET speaks TLS, and ports have their customs. */
import { checkerOf } from '../../../checkers/table.ts';
import type { CheckConfig } from '../../../model/config.ts';
import { findCheck } from '../derived.ts';
import type { Rule } from '../rule.ts';

/** Ports where the other checker is nearly always meant. */
const ROWS: readonly {
  readonly type: CheckConfig['type'];
  readonly ports: readonly number[];
  readonly use: string;
  readonly speaks: string;
}[] = [
  { type: 'HTTP_GET', ports: [443, 8443], use: 'SSL_GET', speaks: 'plain HTTP' },
  { type: 'SSL_GET', ports: [80, 8080], use: 'HTTP_GET', speaks: 'TLS' },
];

const PORTS: ReadonlySet<number> = new Set(ROWS.flatMap(({ ports }) => ports));

/** Reports, once for each virtual server, a web check at a port of the other kind. */
export const HTTP_ON_TLS_PORT: Rule = {
  name: 'http-on-tls-port',
  reason: 'A TLS server answers plain HTTP with an error, and the check fails for ever',
  fix: 'Use SSL_GET for HTTPS and HTTP_GET for HTTP',
  concerns: isUnlikely,
  check: ({ config, report }) => {
    for (const { realServers } of config.virtualServers) {
      const check = findCheck(realServers, isUnlikely);
      const row = check && ROWS.find(({ type }) => type === check.type);
      if (check === undefined || row === undefined) continue;
      report({
        at: { part: check },
        message: `${check.type} speaks ${row.speaks} to port ${portOf(check)}`,
        suggestion: `use ${row.use}`,
      });
    }
  },
};

function isUnlikely(check: CheckConfig): boolean {
  const port = portOf(check);
  return PORTS.has(port) && ROWS.some((row) => row.type === check.type && row.ports.includes(port));
}

function portOf(check: CheckConfig): number {
  return checkerOf(check).endpoints(check)[0]?.port ?? 0;
}

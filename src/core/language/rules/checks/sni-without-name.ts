/** Rule: enable_sni needs TLS and a name. */
import { isHttpCheck, usesTls } from '../../../checkers/http/checker.ts';
import type { CheckConfig } from '../../../model/config.ts';
import { findCheck } from '../derived.ts';
import type { Rule } from '../rule.ts';

/** Reports, once for each virtual server, `enable_sni` in HTTP_GET or without a virtualhost. */
export const SNI_WITHOUT_NAME: Rule = {
  name: 'sni-without-name',
  lacks: ['virtualhost'],
  reason:
    'The name is that of virtualhost; without one no name is sent, and the server shows another site',
  fix: 'Write virtualhost in the checker or the virtual server, and use SSL_GET',
  concerns: lacksName,
  check: ({ config, report }) => {
    for (const { realServers } of config.virtualServers) {
      const check = findCheck(realServers, lacksName);
      if (check === undefined) continue;
      const isPlain = isHttpCheck(check) && !usesTls(check);
      report({
        at: { part: check, keyword: 'enable_sni' },
        message: isPlain
          ? 'enable_sni has no effect in HTTP_GET'
          : 'enable_sni without a virtualhost: no name is sent',
        suggestion: isPlain ? 'use SSL_GET, or remove it' : 'write virtualhost in the checker',
      });
    }
  },
};

function lacksName(check: CheckConfig): boolean {
  if (!isHttpCheck(check) || !check.sni) return false;
  if (!usesTls(check)) return true;
  return check.sniName === undefined && check.urls.every((url) => url.virtualHost === undefined);
}

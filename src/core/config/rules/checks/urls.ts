/** The pages of all web checks together with the blocks they were written in. */
import type { HttpCheckConfig, HttpUrlConfig } from '../../model.ts';
import { all, text } from '../../typed/access.ts';
import type { TypedStatement } from '../../typed/values.ts';
import type { RuleInput } from '../rule.ts';

/** One page. */
export interface CheckedUrl {
  readonly check: HttpCheckConfig;
  readonly url: HttpUrlConfig;
  readonly typed: TypedStatement;
}

/** All pages of all checks. */
export function urlsOf({ config, originOf }: RuleInput): CheckedUrl[] {
  return config.virtualServers.flatMap(({ realServers }) =>
    realServers.flatMap(({ checks }) =>
      checks.flatMap((check) => {
        if (check.type !== 'HTTP_GET' && check.type !== 'SSL_GET') return [];
        const blocks = all(originOf(check)?.block, 'url').filter(
          ({ block }) => text(block, 'path') !== undefined,
        );
        return check.urls.flatMap((url, index) => {
          const typed = blocks[index];
          return typed === undefined ? [] : [{ check, url, typed }];
        });
      }),
    ),
  );
}

/** The pages of all web checks, and the blocks they were written in. */
import { isHttpCheck } from '../../../checkers/http/checker.ts';
import type { CheckConfig, HttpCheckConfig, HttpUrlConfig } from '../../../model/config.ts';
import { all, text } from '../../typed/access.ts';
import type { TypedStatement } from '../../typed/values.ts';
import { findCheck } from '../derived.ts';
import type { RuleInput } from '../rule.ts';

/** One page with its block. */
export interface WrittenUrl {
  readonly url: HttpUrlConfig;
  readonly typed: TypedStatement;
}

/**
 * The pages of all checks that a condition holds for. Blocks are looked up for those alone: there may be tens of
 * thousands of pages.
 */
export function urlsWith(
  { config, originOf }: RuleInput,
  isWanted: (url: HttpUrlConfig) => boolean,
): WrittenUrl[] {
  const found: WrittenUrl[] = [];
  const collect = (check: CheckConfig): boolean => {
    if (!isHttpCheck(check)) return false;
    for (let index = 0; index < check.urls.length; index++) {
      const url = check.urls[index];
      if (url === undefined || !isWanted(url)) continue;
      const typed = blockOf(check, index, originOf);
      if (typed !== undefined) found.push({ url, typed });
    }
    return false;
  };
  for (const { realServers } of config.virtualServers) findCheck(realServers, collect);
  return found;
}

/** True for web checks with such a page. */
export function hasUrl(isWanted: (url: HttpUrlConfig) => boolean): (check: CheckConfig) => boolean {
  return (check) => isHttpCheck(check) && check.urls.some(isWanted);
}

/** Blocks without a path have not become a page. */
function blockOf(
  check: HttpCheckConfig,
  index: number,
  originOf: RuleInput['originOf'],
): TypedStatement | undefined {
  const blocks = all(originOf(check)?.block, 'url');
  return blocks.filter(({ block }) => text(block, 'path') !== undefined)[index];
}

/** Builds the pages of `HTTP_GET` and `SSL_GET`. */
import type { HttpUrlConfig } from '../../model/config.ts';
import { lastLineOf } from '../tree.ts';
import { flag, last, text, value } from '../typed/access.ts';
import type { TypedBlock, TypedStatement } from '../typed/values.ts';
import { atStatement, type BuildContext } from './context.ts';

/** The pages of a check; undefined when none is usable (reported). `host` is what pages without a name of their own ask for. */
export function urlsOf(
  typed: TypedStatement,
  block: TypedBlock,
  host: string | undefined,
  context: BuildContext,
): HttpUrlConfig[] | undefined {
  const urls: HttpUrlConfig[] = [];
  for (const typed of block.statements) {
    if (typed.keyword.name !== 'url' || !typed.usable) continue;
    const url = urlOf(typed, host, context);
    if (url !== undefined) urls.push(url);
  }
  if (urls.length > 0) return urls;
  atStatement(
    context,
    'block-dropped',
    typed.statement,
    `this ${typed.keyword.name} has no usable url and is left out`,
    {
      endLine: lastLineOf(typed.statement),
      expected: 'url { path / }',
      isConsequence: last(block, 'url') !== undefined || context.typing.tried.has(block, 'url'),
    },
  );
  return undefined;
}

function urlOf(
  typed: TypedStatement,
  inheritedHost: string | undefined,
  context: BuildContext,
): HttpUrlConfig | undefined {
  const { block } = typed;
  const path = text(block, 'path');
  if (path === undefined) {
    atStatement(context, 'block-dropped', typed.statement, 'this url has no path and is left out', {
      endLine: lastLineOf(typed.statement),
      expected: 'path /',
      isConsequence: context.typing.tried.has(block, 'path'),
    });
    return undefined;
  }
  const host = text(block, 'virtualhost') ?? inheritedHost;
  const digest = text(block, 'digest');
  const pattern = text(block, 'regex');
  // The usual case, by far: there may be tens of thousands.
  if (host === undefined && digest === undefined && pattern === undefined) {
    return { path, statusCodes: statusCodes(block) };
  }
  return {
    path,
    ...(host === undefined ? {} : { virtualHost: host }),
    ...(digest === undefined ? {} : { digest: digest.toLowerCase() }),
    statusCodes: statusCodes(block),
    ...(pattern === undefined
      ? {}
      : { regex: { pattern, flags: '', negate: flag(block, 'regex_no_match') } }),
  };
}

function statusCodes(block: TypedBlock | undefined): HttpUrlConfig['statusCodes'] {
  const list = value(block, 'status_code');
  if (typeof list !== 'object' || list.kind !== 'list') return NO_CODES;
  return list.items.flatMap((item) =>
    typeof item === 'object' && item.kind === 'number-range'
      ? [{ from: item.from, to: item.to }]
      : [],
  );
}

const NO_CODES: HttpUrlConfig['statusCodes'] = [];

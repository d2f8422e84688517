/** Builds the checkers of a real server that have effect, with what they inherit. */
import { type IpAddress, ipFamily, isLinkLocal, parseIp } from '../../base/address.ts';
import { microseconds } from '../../base/time.ts';
import type { CheckCommon, CheckConfig, CheckTarget, HttpCheckConfig, HttpUrlConfig } from '../model.ts';
import { lastLineOf, wordAt } from '../tree.ts';
import { all, bool, flag, last, number, text, value } from '../typed/access.ts';
import type { TypedBlock, TypedStatement } from '../typed/values.ts';
import { atStatement, atWord, type BuildContext } from './context.ts';
import type { ServerDefaults } from './real-server.ts';

/** Defaults of keepalived in microseconds and tries, by checker. */
const DEFAULTS: Readonly<Record<'TCP_CHECK' | 'HTTP_GET' | 'SSL_GET', { readonly retry: number; readonly pauseUs: number }>> = {
  TCP_CHECK: { retry: 1, pauseUs: 1_000_000 },
  HTTP_GET: { retry: 1, pauseUs: 3_000_000 },
  SSL_GET: { retry: 1, pauseUs: 3_000_000 },
};
const DELAY_LOOP_US = 60_000_000;
const CONNECT_TIMEOUT_US = 5_000_000;

/** All checkers of a server. `port` is the one it is to be checked at when the checker names none. */
export function buildChecks(
  server: TypedStatement,
  address: IpAddress,
  port: number,
  defaults: ServerDefaults,
  context: BuildContext,
): CheckConfig[] {
  const checks: CheckConfig[] = [];
  const ordinals = new Map<string, number>();
  for (const typed of server.block?.statements ?? []) {
    const { block } = typed;
    const type = typed.keyword.name;
    if (block === undefined || (type !== 'TCP_CHECK' && type !== 'HTTP_GET' && type !== 'SSL_GET')) continue;
    const ordinal = (ordinals.get(type) ?? 0) + 1;
    ordinals.set(type, ordinal);
    const target = targetOf(typed, block, address, port, server.block, defaults, context);
    if (target === undefined) continue;
    const common = commonOf(type, `${type}#${ordinal}`, block, server.block, defaults);
    const check: CheckConfig | undefined =
      type === 'TCP_CHECK'
        ? { ...common, type, target }
        : httpCheck(typed, block, type, common, target, server.block, defaults, context);
    if (check === undefined) continue;
    context.origins.set(check, typed);
    checks.push(check);
  }
  return checks;
}

/** A number from the checker, the server or the virtual server, whichever is nearest. */
function inherited(name: string, block: TypedBlock, server: TypedBlock | undefined, defaults: ServerDefaults): number | undefined {
  return number(block, name) ?? number(server, name) ?? number(defaults.block, name);
}

function commonOf(
  type: 'TCP_CHECK' | 'HTTP_GET' | 'SSL_GET',
  label: string,
  block: TypedBlock,
  server: TypedBlock | undefined,
  defaults: ServerDefaults,
): CheckCommon {
  const own = DEFAULTS[type];
  const delayLoop = inherited('delay_loop', block, server, defaults) ?? DELAY_LOOP_US;
  const retry = number(block, 'retry') ?? number(block, 'nb_get_retry');
  return {
    label,
    delayLoop: microseconds(delayLoop),
    warmup: microseconds(inherited('warmup', block, server, defaults) ?? delayLoop),
    retry: retry ?? inherited('retry', block, server, defaults) ?? own.retry,
    delayBeforeRetry: microseconds(inherited('delay_before_retry', block, server, defaults) ?? own.pauseUs),
    alpha: bool(block, 'alpha') ?? bool(server, 'alpha') ?? flag(defaults.block, 'alpha'),
    logAllFailures: bool(block, 'log_all_failures') ?? false,
  };
}

function targetOf(
  typed: TypedStatement,
  block: TypedBlock,
  serverAddress: IpAddress,
  port: number,
  server: TypedBlock | undefined,
  defaults: ServerDefaults,
  context: BuildContext,
): CheckTarget | undefined {
  const address = parseIp(text(block, 'connect_ip') ?? serverAddress) ?? serverAddress;
  const source = parseIp(text(block, 'bindto') ?? '');
  const sourcePort = number(block, 'bind_port');
  const sourceInterface = text(block, 'bind_if');
  const mark = number(block, 'fwmark');
  let bind = source;
  const bindStatement = last(block, 'bindto');
  if (bindStatement !== undefined && source !== undefined && ipFamily(source) !== ipFamily(address)) {
    atWord(context, 'family-conflict', wordAt(bindStatement.statement, 1), 'bindto is of another family than the target and is ignored');
    bind = undefined;
  }
  if (isLinkLocal(address) && sourceInterface === undefined) {
    atStatement(context, 'block-dropped', typed.statement, 'a link-local target needs bind_if; the checker is left out', {
      endLine: lastLineOf(typed.statement),
    });
    return undefined;
  }
  return {
    address,
    port: number(block, 'connect_port') ?? port,
    ...(bind === undefined ? {} : { sourceAddress: bind }),
    ...(sourcePort === undefined ? {} : { sourcePort }),
    ...(sourceInterface === undefined ? {} : { sourceInterface }),
    ...(mark === undefined ? {} : { fwmark: mark }),
    connectTimeout: microseconds(inherited('connect_timeout', block, server, defaults) ?? CONNECT_TIMEOUT_US),
  };
}

function httpCheck(
  typed: TypedStatement,
  block: TypedBlock,
  type: 'HTTP_GET' | 'SSL_GET',
  common: CheckCommon,
  target: CheckTarget,
  server: TypedBlock | undefined,
  defaults: ServerDefaults,
  context: BuildContext,
): HttpCheckConfig | undefined {
  const host = text(block, 'virtualhost') ?? text(server, 'virtualhost') ?? text(defaults.block, 'virtualhost');
  const urls = all(block, 'url').flatMap((url) => urlOf(url, host, context) ?? []);
  if (urls.length === 0) {
    atStatement(context, 'block-dropped', typed.statement, `this ${type} has no url and is left out`, {
      endLine: lastLineOf(typed.statement),
      expected: 'url { path / }',
    });
    return undefined;
  }
  const version = text(block, 'http_protocol') ?? '1.0';
  return {
    ...common,
    type,
    target,
    httpVersion: version === '1.1' ? '1.1' : version === '1.0' ? '1.0' : '1.0C',
    sni: bool(block, 'enable_sni') ?? false,
    urls,
  };
}

function urlOf(typed: TypedStatement, inheritedHost: string | undefined, context: BuildContext): HttpUrlConfig | undefined {
  const { block } = typed;
  const path = text(block, 'path');
  if (path === undefined) {
    atStatement(context, 'block-dropped', typed.statement, 'this url has no path and is left out', {
      endLine: lastLineOf(typed.statement),
      expected: 'path /',
    });
    return undefined;
  }
  const host = text(block, 'virtualhost') ?? inheritedHost;
  const digest = text(block, 'digest');
  const pattern = text(block, 'regex');
  return {
    path,
    ...(host === undefined ? {} : { virtualHost: host }),
    ...(digest === undefined ? {} : { digest: digest.toLowerCase() }),
    statusCodes: statusCodes(block),
    ...(pattern === undefined ? {} : { regex: { pattern, flags: '', negate: flag(block, 'regex_no_match') } }),
  };
}

function statusCodes(block: TypedBlock | undefined): HttpUrlConfig['statusCodes'] {
  const list = value(block, 'status_code');
  if (typeof list !== 'object' || list.kind !== 'list') return [];
  return list.items.flatMap((item) =>
    typeof item === 'object' && item.kind === 'number-range' ? [{ from: item.from, to: item.to }] : [],
  );
}

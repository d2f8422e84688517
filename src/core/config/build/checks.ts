/** Builds the checkers of a real server that have effect, with what they inherit; the others are only checked. */
import { microseconds } from '../../base/time.ts';
import type { CheckCommon, CheckConfig } from '../model.ts';
import { wordAt } from '../tree.ts';
import { bool, flag, last, number, text } from '../typed/access.ts';
import type { TypedBlock, TypedStatement } from '../typed/values.ts';
import { type Endpoint, targetOf } from './check-target.ts';
import { atWord, type BuildContext } from './context.ts';
import { urlsOf } from './http-check.ts';
import { checkLater } from './later-checks.ts';
import type { ServerDefaults } from './real-server.ts';

/** Types of checks that are built. */
type CheckType = CheckConfig['type'];

/** Defaults of keepalived in microseconds and tries, by checker. */
const DEFAULTS: Readonly<Record<CheckType, { readonly retry: number; readonly pauseUs: number }>> = {
  TCP_CHECK: { retry: 1, pauseUs: 1_000_000 },
  HTTP_GET: { retry: 1, pauseUs: 3_000_000 },
  SSL_GET: { retry: 1, pauseUs: 3_000_000 },
};
const DELAY_LOOP_US = 60_000_000;
const CONNECT_TIMEOUT_US = 5_000_000;

/** All checks of a server that is written as `server`. */
export function buildChecks(
  typed: TypedStatement,
  serverBlock: TypedBlock,
  server: Endpoint,
  defaults: ServerDefaults,
  context: BuildContext,
): CheckConfig[] {
  const checks: CheckConfig[] = [];
  const ordinals = new Map<string, number>();
  const known = { above: defaults.above, sessions: new Map<string, TypedStatement>() };
  const inherit = inheritance(serverBlock, defaults);
  const target = checkedEndpoint(typed, serverBlock, server, defaults, context);
  for (const checker of serverBlock.statements) {
    const { block } = checker;
    if (block === undefined) continue;
    const type = checker.keyword.name;
    if (!isBuilt(type)) {
      checkLater(checker, block, target, known, context);
      continue;
    }
    const ordinal = (ordinals.get(type) ?? 0) + 1;
    ordinals.set(type, ordinal);
    const check = buildCheck(checker, block, `${type}#${ordinal}`, type, target, inherit, context);
    if (check === undefined) continue;
    context.origins.set(check, checker);
    checks.push(check);
  }
  return checks;
}

function isBuilt(type: string): type is CheckType {
  return Object.hasOwn(DEFAULTS, type);
}

/** Reads settings from the checker, the server or the virtual server, whichever is nearest. */
interface Inheritance {
  number(name: string, own: TypedBlock): number | undefined;
  readonly alpha: boolean;
  readonly host: string | undefined;
}

function inheritance(server: TypedBlock, defaults: ServerDefaults): Inheritance {
  return {
    number: (name, own) => number(own, name) ?? number(server, name) ?? number(defaults.block, name),
    alpha: bool(server, 'alpha') ?? flag(defaults.block, 'alpha'),
    host: text(server, 'virtualhost') ?? text(defaults.block, 'virtualhost'),
  };
}

/** A server without a port is checked at that of the service, where there is one. */
function checkedEndpoint(
  typed: TypedStatement,
  block: TypedBlock,
  server: Endpoint,
  defaults: ServerDefaults,
  context: BuildContext,
): Endpoint {
  const { header } = defaults;
  const port = header.kind === 'address' ? header.port : 0;
  if (server.port !== 0 || port === 0) return server;
  const asks = block.statements.find(
    (one) => one.block !== undefined && isBuilt(one.keyword.name) && last(one.block, 'connect_port') === undefined,
  );
  if (asks !== undefined) {
    atWord(context, 'value-reinterpreted', wordAt(typed.statement, 1), `a server without port is checked at that of the virtual server, ${port}`, {
      suggestion: `write ${port} behind it: keepalived checks port 0, which always fails`,
    });
  }
  return { address: server.address, port };
}

function buildCheck(
  typed: TypedStatement,
  block: TypedBlock,
  label: string,
  type: CheckType,
  server: Endpoint,
  inherit: Inheritance,
  context: BuildContext,
): CheckConfig | undefined {
  const timeoutUs = inherit.number('connect_timeout', block) ?? CONNECT_TIMEOUT_US;
  const target = targetOf(typed.statement, block, server, timeoutUs, context);
  const common = commonOf(type, label, block, inherit);
  if (type === 'TCP_CHECK') return target === undefined ? undefined : { ...common, type, target };
  const urls = urlsOf(typed, block, text(block, 'virtualhost') ?? inherit.host, context);
  if (target === undefined || urls === undefined) return undefined;
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

function commonOf(
  type: CheckType,
  label: string,
  block: TypedBlock,
  inherit: Inheritance,
): CheckCommon {
  const own = DEFAULTS[type];
  const delayLoop = inherit.number('delay_loop', block) ?? DELAY_LOOP_US;
  const pause = inherit.number('delay_before_retry', block) ?? own.pauseUs;
  return {
    label,
    delayLoop: microseconds(delayLoop),
    warmup: microseconds(inherit.number('warmup', block) ?? delayLoop),
    retry: number(block, 'nb_get_retry') ?? inherit.number('retry', block) ?? own.retry,
    delayBeforeRetry: microseconds(pause),
    alpha: bool(block, 'alpha') ?? inherit.alpha,
    logAllFailures: bool(block, 'log_all_failures') ?? false,
  };
}

/** Builds the checkers of a real server, with what they inherit. */
import type { Duration } from '../../base/time.ts';
import { checkerOf, isCheckType } from '../../checkers/table.ts';
import type { CheckConfig, CheckType } from '../../model/config.ts';
import { RHYTHM_READER, TARGET_READER } from '../settings/checks.ts';
import { wordAt } from '../tree.ts';
import { last, text } from '../typed/access.ts';
import type { TypedBlock, TypedStatement } from '../typed/values.ts';
import { blockReader, statementOf } from './block-reader.ts';
import { commandOfCheck, type KnownNames, sessionOf, trackedFileOf } from './check-references.ts';
import { type Endpoint, targetOf } from './check-target.ts';
import { atWord, type BuildContext } from './context.ts';
import type { Inheritance, ServerDefaults } from './server-defaults.ts';

/** All checks of a server that is written as `server`. */
export function buildChecks(
  typed: TypedStatement,
  serverBlock: TypedBlock,
  server: Endpoint,
  defaults: ServerDefaults,
  context: BuildContext,
): CheckConfig[] {
  const checks: CheckConfig[] = [];
  let inherit: Inheritance | undefined;
  let known: KnownNames | undefined;
  let target = server;
  for (const checker of serverBlock.statements) {
    const { block } = checker;
    if (block === undefined) continue;
    const type = checker.keyword.name;
    if (inherit === undefined) {
      inherit = inheritance(serverBlock, defaults.settings);
      target = checkedEndpoint(typed, serverBlock, server, defaults, context);
    }
    if (!isCheckType(type)) continue;
    known ??= { above: defaults.above, sessions: new Map() };
    const label = labelOf(type, checker, serverBlock);
    const around = { server: target, inherit, known, defaults };
    const check = buildCheck(checker, block, label, type, around, context);
    if (check === undefined) continue;
    context.origins.set(check, checker);
    checks.push(check);
  }
  return checks;
}

/** Type and ordinal among the checkers of that type. */
function labelOf(type: CheckType, checker: TypedStatement, block: TypedBlock): string {
  let ordinal = 1;
  for (const other of block.statements) {
    if (other === checker) break;
    if (other.keyword === checker.keyword) ordinal++;
  }
  return sharedText(`${type}#${ordinal}`);
}

/** One string for all of the tens of thousands of checks that have the same label. */
function sharedText(text: string): string {
  const known = LABELS.get(text);
  if (known !== undefined) return known;
  if (LABELS.size < LABELS_MAX) LABELS.set(text, text);
  return text;
}

const LABELS = new Map<string, string>();
const LABELS_MAX = 64;

/** The settings of a virtual server that its checkers inherit. */
export function settingsOf(block: TypedBlock): Inheritance {
  return {
    rhythm: RHYTHM_READER.given(block),
    target: TARGET_READER.given(block),
    host: text(block, 'virtualhost'),
  };
}

function inheritance(server: TypedBlock, above: Inheritance): Inheritance {
  // Most servers set nothing but a weight.
  const sets = server.statements.some(
    ({ keyword, block }) => block === undefined && keyword.name !== 'weight',
  );
  if (!sets) return above;
  const own = settingsOf(server);
  return {
    rhythm: { ...above.rhythm, ...own.rhythm },
    target: { ...above.target, ...own.target },
    host: own.host ?? above.host,
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
    (one) =>
      one.block !== undefined &&
      isCheckType(one.keyword.name) &&
      checkerOf({ type: one.keyword.name }).usesPorts &&
      one.keyword.block?.index.has('connect_port') === true &&
      last(one.block, 'connect_port') === undefined,
  );
  if (asks !== undefined) {
    atWord(
      context,
      'value-reinterpreted',
      wordAt(typed.statement, 1),
      `a server without port is checked at that of the virtual server, ${port}`,
      {
        suggestion: `write ${port} behind it: keepalived checks port 0, which always fails`,
      },
    );
  }
  return { address: server.address, port };
}

/** What a check takes from around its block. */
interface CheckSurroundings {
  readonly server: Endpoint;
  readonly inherit: Inheritance;
  readonly known: KnownNames;
  readonly defaults: ServerDefaults;
}

function buildCheck(
  typed: TypedStatement,
  block: TypedBlock,
  label: string,
  type: CheckType,
  { server, inherit, known, defaults }: CheckSurroundings,
  context: BuildContext,
): CheckConfig | undefined {
  const checker = checkerOf({ type });
  const { retry, delayBeforeRetry = delayLoopOf(block, inherit) } = checker.defaults;
  const common = {
    label,
    ...RHYTHM_READER.read(block, { retry, delayBeforeRetry, ...inherit.rhythm }),
  };
  const limits = TARGET_READER.read(block, inherit.target);
  return checker.build(blockReader(typed, context), common, {
    target: (within) => {
      const asked = within === undefined ? typed : statementOf(within);
      const { connectTimeout } = TARGET_READER.read(asked.block, limits);
      return targetOf(asked.statement, asked.block ?? block, server, connectTimeout, context);
    },
    host: inherit.host,
    tlsClient: defaults.tlsClient,
    get delayLoop() {
      return RHYTHM_READER.read(undefined, defaults.settings.rhythm).delayLoop;
    },
    command: () => commandOfCheck(typed, defaults.scriptUser, context),
    session: () => sessionOf(typed, known, context),
    trackedFile: () => trackedFileOf(typed, known, context),
  });
}

function delayLoopOf(block: TypedBlock, inherit: Inheritance): Duration {
  return RHYTHM_READER.read(block, inherit.rhythm).delayLoop;
}

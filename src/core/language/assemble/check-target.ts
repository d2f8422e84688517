/** Builds where a network check connects to, and from where: addresses of one family, and an interface for link-local ones. */
import {
  type IpAddress,
  type IpFamily,
  ipFamily,
  isLinkLocal,
  parseIp,
} from '../../base/address.ts';
import type { Duration } from '../../base/time.ts';
import type { CheckTarget } from '../../model/config.ts';
import { lastLineOf, nameOf, type Statement, wordAt } from '../tree.ts';
import { last, number, text } from '../typed/access.ts';
import type { TypedBlock } from '../typed/values.ts';
import { atStatement, atWord, type BuildContext } from './context.ts';

/** The real server as its checks see it: port 0 when none is known. */
export interface Endpoint {
  readonly address: IpAddress;
  readonly port: number;
}

/** The target of a check; undefined when it has none that works (reported). `connectTimeout` is what applies to it. */
export function targetOf(
  statement: Statement,
  block: TypedBlock,
  server: Endpoint,
  connectTimeout: Duration,
  context: BuildContext,
): CheckTarget | undefined {
  const { address, source } = addressesOf(statement, block, server.address, context);
  const port = number(block, 'connect_port') ?? server.port;
  const sourcePort = number(block, 'bind_port');
  const bindPort = last(block, 'bind_port');
  if (bindPort !== undefined && source === undefined) {
    atStatement(
      context,
      'no-effect',
      bindPort.statement,
      'bind_port has no effect without bindto',
      {
        suggestion: 'write bindto with the local address',
      },
    );
  }
  const sourceInterface = text(block, 'bind_if');
  const mark = number(block, 'fwmark');
  if (isLinkLocal(address) && sourceInterface === undefined) {
    atStatement(
      context,
      'block-dropped',
      statement,
      `${address} is link-local and needs bind_if; this check is left out`,
      {
        endLine: lastLineOf(statement),
        expected: 'bind_if INTERFACE',
      },
    );
    return undefined;
  }
  // The usual case, by far: there may be tens of thousands.
  if (source === undefined && sourceInterface === undefined && mark === undefined) {
    return { address, port, connectTimeout };
  }
  return {
    address,
    port,
    ...(source === undefined ? {} : { sourceAddress: source }),
    ...(source === undefined || sourcePort === undefined ? {} : { sourcePort }),
    ...(sourceInterface === undefined ? {} : { sourceInterface }),
    ...(mark === undefined ? {} : { fwmark: mark }),
    connectTimeout,
  };
}

/** Target and local address. keepalived compares families line by line; what counts here is how it ends. */
function addressesOf(
  statement: Statement,
  block: TypedBlock,
  server: IpAddress,
  context: BuildContext,
): { readonly address: IpAddress; readonly source: IpAddress | undefined } {
  const address = addressFrom(block, 'connect_ip') ?? server;
  const source = addressFrom(block, 'bindto');
  if (source === undefined) return { address, source };
  const fits = ipFamily(source) === ipFamily(address);
  // The target of SMTP_CHECK is only settled at its end.
  const isOpen = nameOf(statement) === 'SMTP_CHECK';
  let target = isOpen ? undefined : ipFamily(server);
  let isReported = fits;
  let bound: IpFamily | undefined;
  for (const typed of block.statements) {
    const { name } = typed.keyword;
    const [word] = typed.values;
    if ((name !== 'connect_ip' && name !== 'bindto') || typeof word !== 'string') continue;
    const family: IpFamily = word.includes(':') ? 'ipv6' : 'ipv4';
    const other = name === 'bindto' ? target : bound;
    if ((other ?? family) === family) {
      if (name === 'bindto') bound = family;
      else target = family;
      continue;
    }
    isReported = true;
    if (fits) {
      atWord(
        context,
        'keepalived-rejects',
        wordAt(typed.statement, 1),
        `keepalived compares ${word} with the family that holds up to this line`,
        {
          suggestion: 'write connect_ip above bindto',
        },
      );
    } else {
      atWord(
        context,
        'family-conflict',
        wordAt(typed.statement, 1),
        `${source} and the target ${address} are of different families; bindto is ignored`,
      );
    }
  }
  if (!isReported) {
    atStatement(
      context,
      'family-conflict',
      statement,
      `${source} and the real server are of different families; bindto is ignored`,
      { exit: 0 },
    );
  }
  return { address, source: fits ? source : undefined };
}

function addressFrom(block: TypedBlock, name: string): IpAddress | undefined {
  const word = text(block, name);
  return word === undefined ? undefined : parseIp(word);
}

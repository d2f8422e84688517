/** Builds the persistence of a virtual server: timeout, granularity and engine. */
import { type IpFamily, ipBytes, maxPrefixLength, parseIp } from '../../base/address.ts';
import type { VirtualServerConfig } from '../model.ts';
import { type Token, wordAt } from '../tree.ts';
import { all, number, text } from '../typed/access.ts';
import { parseInteger } from '../typed/numbers.ts';
import type { TypedBlock, TypedStatement } from '../typed/values.ts';
import { atStatement, atWord, type BuildContext } from './context.ts';

/** keepalived's default timeout, seconds. */
const DEFAULT_TIMEOUT = 360;

/** The persistence, or undefined without. A service for all ports always has it. */
export function persistenceOf(
  typed: TypedStatement,
  block: TypedBlock,
  family: IpFamily,
  portless: boolean,
  context: BuildContext,
): VirtualServerConfig['persistence'] {
  const timeout = number(block, 'persistence_timeout');
  const granularity = granularityOf(block, family, context);
  const engine = text(block, 'persistence_engine');
  if (portless && timeout === undefined && granularity === undefined) {
    atStatement(context, 'default-assumed', typed.statement, `a service for all ports needs persistence; ${DEFAULT_TIMEOUT} s is used`, {
      suggestion: 'write a port, or persistence_timeout',
    });
  }
  if (timeout === undefined && granularity === undefined && !portless) return undefined;
  return {
    timeoutSeconds: timeout ?? DEFAULT_TIMEOUT,
    granularityPrefix: granularity ?? maxPrefixLength(family),
    ...(engine === undefined ? {} : { engine }),
  };
}

/** A dotted mask for IPv4, a prefix length for IPv6; a length is taken for IPv4 too, as it is meant. */
function granularityOf(block: TypedBlock, family: IpFamily, context: BuildContext): number | undefined {
  let found: number | undefined;
  for (const typed of all(block, 'persistence_granularity')) {
    found = readGranularity(wordAt(typed.statement, 1), family, context) ?? found;
  }
  return found;
}

function readGranularity(token: Token, family: IpFamily, context: BuildContext): number | undefined {
  const word = token.text;
  const max = maxPrefixLength(family);
  const length = parseInteger(word, false);
  if (length !== undefined && length >= 1 && length <= max) {
    if (family === 'ipv4') {
      atWord(context, 'value-reinterpreted', token, `a bare ${word} is read as the prefix length /${word}`, {
        suggestion: 'keepalived reads it as the mask 0.0.0.' + word + '; write a dotted mask to mean one thing to both',
      });
    }
    return length;
  }
  const mask = family === 'ipv4' ? parseIp(word) : undefined;
  if (mask !== undefined) {
    const ones = maskLength(ipBytes(mask));
    if (ones === undefined) {
      atWord(context, 'mask-not-contiguous', token, `the mask ${word} has holes and is not used`);
    }
    return ones;
  }
  atWord(context, 'invalid-value', token, `"${word}" is no ${family === 'ipv4' ? 'mask' : `prefix length from 1 to ${max}`}`, {
    expected: family === 'ipv4' ? 'a mask such as 255.255.255.0' : `1 to ${max}`,
  });
  return undefined;
}

/** Leading ones of a mask; undefined when it has holes. */
function maskLength(bytes: Uint8Array): number | undefined {
  const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  return /^1*0*$/.test(bits) ? bits.replaceAll('0', '').length : undefined;
}

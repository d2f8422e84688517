/** Builds the persistence of a virtual server: timeout, granularity and engine. */
import { type IpFamily, maxPrefixLength } from '../../base/address.ts';
import type { VirtualServerConfig } from '../../model/config.ts';
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
    atStatement(
      context,
      'default-assumed',
      typed.statement,
      `a service for all ports needs persistence; ${DEFAULT_TIMEOUT} s is used`,
      {
        suggestion: 'write a port, or persistence_timeout',
        isConsequence: context.typing.tried.has(block, 'persistence_timeout'),
      },
    );
  }
  if (timeout === undefined && granularity === undefined && !portless) return undefined;
  return {
    timeoutSeconds: timeout ?? DEFAULT_TIMEOUT,
    granularityPrefix: granularity ?? maxPrefixLength(family),
    ...(engine === undefined ? {} : { engine }),
  };
}

/** A dotted mask for IPv4, a prefix length for IPv6; a length is taken for IPv4 too, as it is meant. */
function granularityOf(
  block: TypedBlock,
  family: IpFamily,
  context: BuildContext,
): number | undefined {
  let found: number | undefined;
  for (const typed of all(block, 'persistence_granularity')) {
    found = readGranularity(wordAt(typed.statement, 1), family, context) ?? found;
  }
  return found;
}

function readGranularity(
  token: Token,
  family: IpFamily,
  context: BuildContext,
): number | undefined {
  const word = token.text;
  const max = maxPrefixLength(family);
  const length = /^[0-9]+$/.test(word) ? parseInteger(word, false) : undefined;
  if (length !== undefined && length >= 1 && length <= max) {
    if (family === 'ipv4') {
      atWord(
        context,
        'value-reinterpreted',
        token,
        `a bare ${word} is read as the prefix length /${word}`,
        {
          suggestion: `keepalived reads it as the mask 0.0.0.${word}; write a dotted mask to mean one thing to both`,
        },
      );
    }
    return length;
  }
  const mask = family === 'ipv4' ? classicAddress(word) : undefined;
  if (mask !== undefined) {
    const ones = maskLength(mask);
    if (ones !== undefined) return ones;
    atWord(
      context,
      'mask-not-contiguous',
      token,
      `the mask ${word} has holes, which is not supported; each client counts for itself`,
    );
    return max;
  }
  const expected =
    family === 'ipv4' ? 'a mask such as 255.255.255.0' : `a prefix length from 1 to ${max}`;
  atWord(context, 'invalid-value', token, `persistence_granularity: "${word}" is not ${expected}`, {
    expected,
  });
  return undefined;
}

/**
 * An IPv4 address in the classic notations that `inet_aton` reads: one to four numbers in any base, the last
 * of which fills the rest. As a number.
 */
function classicAddress(text: string): number | undefined {
  const parts = text.split('.');
  const last = parts.length - 1;
  if (last > 3) return undefined;
  let address = 0;
  for (const [i, part] of parts.entries()) {
    const value = /^[0-9]/.test(part) ? parseInteger(part, true) : undefined;
    const size = i === last ? 256 ** (4 - last) : 256;
    if (value === undefined || value >= size) return undefined;
    address = address * size + value;
  }
  return address;
}

/** Leading ones of a mask; undefined when it has holes. */
function maskLength(mask: number): number | undefined {
  const bits = mask.toString(2).padStart(32, '0');
  return /^1*0*$/.test(bits) ? bits.replaceAll('0', '').length : undefined;
}

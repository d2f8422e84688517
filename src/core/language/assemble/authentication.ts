/** Builds `authentication`: version 2 only, eight bytes at most, dropped where it cannot be. */

import { utf8Bytes } from '../../base/bytes.ts';
import type { VrrpInstanceConfig } from '../../model/config.ts';
import { atToken, placeOf, wordAt } from '../tree.ts';
import { all, last, text } from '../typed/access.ts';
import type { TypedBlock } from '../typed/values.ts';
import { atStatement, type BuildContext } from './context.ts';
import type { InstanceFacts } from './instance-facts.ts';

/** Bytes of a PASS password (RFC 2338 section 5.3.10). */
const PASSWORD_BYTES = 8;

/** The authentication of an instance, or undefined without or when it is dropped. */
export function readAuthentication(
  block: TypedBlock,
  facts: InstanceFacts,
  context: BuildContext,
): VrrpInstanceConfig['authentication'] {
  const typed = last(block, 'authentication');
  if (typed?.block === undefined) return undefined;
  const type = text(typed.block, 'auth_type');
  const secret = text(typed.block, 'auth_pass');
  for (const pass of all(typed.block, 'auth_pass')) {
    const [word] = pass.values;
    if (typeof word !== 'string' || utf8Bytes(word).length <= PASSWORD_BYTES) continue;
    const { span } = atToken(wordAt(pass.statement, 1));
    context.diagnostics.report(
      'word-too-long',
      `only the first ${PASSWORD_BYTES} bytes count of an auth_pass`,
      { span, expected: `at most ${PASSWORD_BYTES} bytes` },
    );
  }
  const used = firstBytes(secret ?? '');
  if (type === undefined) return undefined;
  const hmac = last(block, 'auth_hmac');
  const reason =
    facts.version === 3
      ? 'version 3 has no authentication'
      : facts.strict
        ? 'strict mode allows no authentication'
        : used === ''
          ? 'there is no password'
          : type === 'AH' && facts.family === 'ipv6'
            ? 'AH is for IPv4'
            : hmac === undefined
              ? undefined
              : 'auth_hmac replaces it';
  if (reason !== undefined) {
    atStatement(context, 'setting-reset', typed.statement, `authentication is dropped: ${reason}`, {
      related: hmac === undefined ? [] : [placeOf(hmac.statement, 'auth_hmac is here')],
      isConsequence: used === '' && context.typing.tried.has(typed.block, 'auth_pass'),
    });
    return undefined;
  }
  return { type: type === 'AH' ? 'AH' : 'PASS', secret: used };
}

function firstBytes(text: string): string {
  let out = '';
  for (const character of text) {
    if (utf8Bytes(out + character).length > PASSWORD_BYTES) break;
    out += character;
  }
  return out;
}

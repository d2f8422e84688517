/** Validates what in `global_defs` a table row cannot say: masks, buffer policies, groups, and the like. */
import type { BuffersConfig } from '../../model/global-options.ts';
import type { Statement, Token } from '../tree.ts';
import { last, text, value } from '../typed/access.ts';
import { parseInteger } from '../typed/numbers.ts';
import type { TypedBlock } from '../typed/values.ts';
import { atStatement, atWord, type BuildContext } from './context.ts';
import { isLinkLocalMulticast } from './multicast.ts';

/** Reports what is wrong inside `global_defs` beyond single words. */
export function validateGlobals(globals: TypedBlock | undefined, context: BuildContext): void {
  validateUmask(globals, context);
  validateBufferPolicy(globals, context);
  validateGroup6(globals, context);
}

const UMASK_NAMES = /^I(RUSR|WUSR|XUSR|RWXU|RGRP|WGRP|XGRP|RWXG|ROTH|WOTH|XOTH|RWXO)$/;

/** A number in any base, or names joined by `|`. */
function validateUmask(globals: TypedBlock | undefined, context: BuildContext): void {
  const typed = last(globals, 'umask');
  if (typed === undefined) return;
  const [first, ...more] = typed.statement.words.slice(1);
  if (first === undefined) return;
  if (/^[0-9]/.test(first.text)) {
    const mask = parseInteger(first.text, true);
    if (mask === undefined || mask > 0o777) {
      atWord(context, 'invalid-value', first, `umask: "${first.text}" is not a file mode`, {
        expected: 'an octal number up to 0777',
      });
    }
    const [surplus] = more;
    if (surplus !== undefined) atWord(context, 'extra-words', surplus, 'umask takes no more words');
    return;
  }
  for (const token of [first, ...more]) {
    for (const name of token.text.split('|')) {
      if (name !== '' && !UMASK_NAMES.test(name)) {
        atWord(context, 'invalid-value', token, `umask: "${name}" is not a permission bit`, {
          expected: 'names such as IWGRP joined by |',
        });
      }
    }
  }
}

function validateBufferPolicy(globals: TypedBlock | undefined, context: BuildContext): void {
  const typed = last(globals, 'vrrp_rx_bufs_policy');
  const chosen = bufferPolicy(globals);
  for (const token of typed?.statement.words.slice(1) ?? []) {
    const policy = policyOf(token);
    if (policy === undefined) {
      atWord(context, 'invalid-word', token, `vrrp_rx_bufs_policy: "${token.text}" is not known`, {
        expected: 'MTU, ADVERT or a number of bytes',
      });
    } else if (policyName(policy) !== policyName(chosen)) {
      atWord(
        context,
        'setting-reset',
        token,
        `vrrp_rx_bufs_policy: ${token.text} contradicts ${policyName(chosen)} and is ignored`,
      );
    }
  }
}

type BufferPolicy = NonNullable<BuffersConfig['vrrpPackets']>;

/** `MTU`, `ADVERT` or a number of bytes: the first that is written counts; undefined without one. */
export function bufferPolicy(globals: TypedBlock | undefined): BufferPolicy | undefined {
  const words = last(globals, 'vrrp_rx_bufs_policy')?.statement.words.slice(1) ?? [];
  return words.map(policyOf).find((policy) => policy !== undefined);
}

function policyOf(token: Token): BufferPolicy | undefined {
  const word = token.text.toUpperCase();
  if (word === 'MTU' || word === 'ADVERT') return word;
  return /^[0-9]+$/.test(word) ? Number(word) : undefined;
}

function policyName(policy: BufferPolicy | undefined): string {
  return typeof policy === 'number' ? 'a number' : (policy ?? '');
}

function validateGroup6(globals: TypedBlock | undefined, context: BuildContext): void {
  const typed = last(globals, 'vrrp_mcast_group6');
  const group = text(globals, 'vrrp_mcast_group6');
  if (typed === undefined || group === undefined || isLinkLocalMulticast(group)) return;
  report(typed.statement, `vrrp_mcast_group6 ${group} is not link-local`, context);
}

function report(statement: Statement, message: string, context: BuildContext): void {
  atStatement(context, 'setting-reset', statement, message, { expected: 'a group in ff02::/16' });
}

/** The interface of static addresses without `dev`. */
export function defaultInterface(globals: TypedBlock | undefined): string {
  const found = value(globals, 'default_interface');
  return typeof found === 'string' ? found : 'eth0';
}

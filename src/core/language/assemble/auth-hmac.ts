/** Builds `auth_hmac`: keys and the active key (keepalived 2.4). Nothing acts on it yet. */
import type { HmacConfig, HmacKeyConfig } from '../../model/hmac.ts';
import { placeOf, wordAt } from '../tree.ts';
import { all, last, number, text } from '../typed/access.ts';
import type { TypedBlock, TypedStatement } from '../typed/values.ts';
import { atStatement, atWord, type BuildContext } from './context.ts';
import type { InstanceFacts } from './instance-facts.ts';

const KEY_BYTES_MIN = 32;
const KEY_BYTES_MAX = 64;

/** The HMAC of an instance, undefined without or when it is disabled. Bad keys are reported and left out. */
export function readHmac(
  block: TypedBlock,
  facts: InstanceFacts,
  context: BuildContext,
): HmacConfig | undefined {
  const typed = last(block, 'auth_hmac');
  if (typed?.block === undefined) return undefined;
  const keys = readKeys(typed.block, context);
  const known = new Set(keys.map(({ id }) => id));
  const active = number(typed.block, 'active_key');
  if (active === undefined || !known.has(active)) {
    const at = last(typed.block, 'active_key') ?? typed;
    const message =
      active === undefined ? 'there is no active_key' : `the active key ${active} is not defined`;
    atStatement(context, 'block-dropped', at.statement, `auth_hmac is disabled: ${message}`, {
      isConsequence: context.typing.tried.has(typed.block, 'active_key', 'key'),
    });
  }
  const mode = readMode(typed.block, facts, context);
  if (active === undefined || !known.has(active)) return undefined;
  const window = number(typed.block, 'time_window');
  return {
    keys,
    activeKey: active,
    ...(window === undefined ? {} : { windowSeconds: window }),
    antiReplay: text(typed.block, 'anti_replay') === 'monotonic' ? 'monotonic' : 'time',
    mode,
  };
}

function readKeys(block: TypedBlock, context: BuildContext): readonly HmacKeyConfig[] {
  const keys = new Map<number, HmacKeyConfig>();
  for (const key of all(block, 'key')) {
    const [id, secret] = key.values;
    if (typeof id !== 'number' || typeof secret !== 'string') continue;
    const length = secret.startsWith('file:')
      ? validateKeyFile(secret.slice(5), key, context)
      : keyLength(secret);
    const { span } = placeOf(key.statement, '');
    if (length !== undefined && (length < KEY_BYTES_MIN || length > KEY_BYTES_MAX)) {
      context.diagnostics.report('invalid-value', `key ${id} has ${length} bytes and is ignored`, {
        span,
        expected: `${KEY_BYTES_MIN} to ${KEY_BYTES_MAX} bytes`,
      });
    } else if (keys.has(id)) {
      const message = `key ${id} comes twice; the second is ignored`;
      context.diagnostics.report('duplicate-entry', message, { span });
    } else keys.set(id, { id, secret });
  }
  return [...keys.values()];
}

const MODES = ['permissive', 'receive-only'] as const;

function readMode(
  block: TypedBlock,
  facts: InstanceFacts,
  context: BuildContext,
): HmacConfig['mode'] {
  const mode = last(block, 'mode');
  const wanted = MODES.find((one) => one === text(block, 'mode')) ?? 'enforce';
  if (!facts.strict || mode === undefined || wanted === 'enforce') return wanted;
  atStatement(
    context,
    'setting-reset',
    mode.statement,
    'strict mode wants mode enforce; it is used',
    {
      related: [placeOf(facts.typed.statement, `instance "${facts.name}"`)],
    },
  );
  return 'enforce';
}

/** Reports a key file that cannot be read or that others can read; its length is unknown unless it is unreadable. */
function validateKeyFile(
  path: string,
  key: TypedStatement,
  context: BuildContext,
): number | undefined {
  const state = context.host.secretFile?.(path) ?? 'private';
  const at = wordAt(key.statement, 2);
  if (state === 'exposed') {
    atWord(context, 'secret-exposed', at, `the key file "${path}" can be read by others`, {
      suggestion: `chmod 600 ${path}`,
    });
  }
  if (state !== 'unreadable') return undefined;
  atWord(context, 'invalid-value', at, `the key file "${path}" cannot be read`);
  return 0;
}

/** Bytes of a key as written; undefined for a file, which is read elsewhere. */
function keyLength(secret: string): number | undefined {
  if (secret.startsWith('file:')) return undefined;
  if (!secret.startsWith('hex:')) return secret.length;
  return /^hex:([0-9a-f]{2})*$/i.test(secret) ? (secret.length - 4) / 2 : 0;
}

/** Builds `auth_hmac`: keys, those in files among them, and the active key (keepalived 2.4). */
import {
  HMAC_KEY_BYTES,
  type HmacConfig,
  type HmacKeyConfig,
  hmacKeyBytes,
} from '../../model/hmac.ts';
import { placeOf, wordAt } from '../tree.ts';
import { all, last, number, text } from '../typed/access.ts';
import type { TypedBlock } from '../typed/values.ts';
import { atStatement, type BuildContext } from './context.ts';
import type { InstanceFacts } from './instance-facts.ts';
import { optional } from './optional.ts';
import { readKey } from './secret-key.ts';

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
      active === undefined ? 'there is no active_key' : `active_key ${active} is not defined`;
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
    const read = readKey(secret, wordAt(key.statement, 2), 'auth_hmac', context);
    const { length } = hmacKeyBytes(read.secret);
    const { span } = placeOf(key.statement, '');
    const { min, max } = HMAC_KEY_BYTES;
    if ((length < min || length > max) && read.isUnread !== true) {
      context.diagnostics.report(
        'invalid-value',
        `id ${id} of auth_hmac has ${length} bytes and is ignored`,
        {
          span,
          expected: `${min} to ${max} bytes`,
        },
      );
    } else if (keys.has(id)) {
      const message = `id ${id} of auth_hmac comes twice; the second is ignored`;
      context.diagnostics.report('duplicate-entry', message, { span });
    } else keys.set(id, { id, secret: read.secret, ...optional('file', read.file) });
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

/** Builds what `global_defs` say about notifications. */
import type {
  FifoConfig,
  FifosConfig,
  GlobalNotifyConfig,
  MailConfig,
} from '../../model/notify.ts';
import { FIFOS_READER, GLOBAL_NOTIFY_READER, MAIL_READER } from '../settings/global-notify.ts';
import { all, text } from '../typed/access.ts';
import type { TypedBlock } from '../typed/values.ts';
import type { BuildContext } from './context.ts';
import { readCommands } from './notify-commands.ts';

/** The settings of notifications; undefined when nothing is said about them. */
export function globalNotify(
  globals: TypedBlock | undefined,
  context: BuildContext,
): GlobalNotifyConfig | undefined {
  const mail = mailOf(globals);
  const fifos = fifosOf(globals, context);
  const given = GLOBAL_NOTIFY_READER.given(globals);
  if (mail === undefined && fifos === undefined && Object.keys(given).length === 0)
    return undefined;
  return {
    ...(mail === undefined ? {} : { mail }),
    ...(fifos === undefined ? {} : { fifos }),
    ...GLOBAL_NOTIFY_READER.read(globals),
  };
}

/** Blocks of recipients add up; one that is named twice gets one mail. */
function mailOf(globals: TypedBlock | undefined): MailConfig | undefined {
  const named = all(globals, 'notification_email').flatMap(
    (typed) => typed.block?.entries.map(({ token }) => token.text) ?? [],
  );
  const recipients = [...new Set(named)];
  const given = MAIL_READER.given(globals);
  if (recipients.length === 0 && Object.keys(given).length === 0) return undefined;
  return { recipients, ...MAIL_READER.read(globals) };
}

function fifosOf(globals: TypedBlock | undefined, context: BuildContext): FifosConfig | undefined {
  const parts: FifosConfig = {
    ...fifoOf(globals, 'notify_fifo', 'all', context),
    ...fifoOf(globals, 'vrrp_notify_fifo', 'vrrp', context),
    ...fifoOf(globals, 'lvs_notify_fifo', 'lvs', context),
    ...readCommands(FIFOS_READER, globals, context),
  };
  return Object.keys(parts).length === 0 ? undefined : parts;
}

function fifoOf(
  globals: TypedBlock | undefined,
  keyword: string,
  field: 'all' | 'vrrp' | 'lvs',
  { scriptUser }: BuildContext,
): { readonly [Field in typeof field]?: FifoConfig } {
  const path = text(globals, keyword);
  if (path === undefined) return {};
  const [user, group] = [text(globals, keyword, 1), text(globals, keyword, 2)];
  const own = user === undefined ? scriptUser : { user, ...(group === undefined ? {} : { group }) };
  return { [field]: { path, ...own } };
}

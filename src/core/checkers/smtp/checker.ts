/** SMTP_CHECK: a mail server greets, answers HELO and QUIT. */
import { exactSpanText } from '../../base/span-text.ts';
import { type Duration, microseconds, seconds } from '../../base/time.ts';
import { type CheckTarget, endpointKey, type SmtpCheckConfig } from '../../model/config.ts';
import type { Checker } from '../types.ts';
import { SmtpDialogue } from './dialogue.ts';

/** The row of SMTP_CHECK. Defaults as in keepalived. */
export const SMTP_CHECK: Checker<SmtpCheckConfig> = {
  title: 'Up while a mail server answers',
  defaults: { retry: 1, delayBeforeRetry: seconds(1) },
  forgivesAtStart: true,
  retriesWhileDown: true,
  build: (block, common, server) => {
    const hosts = block.blocks('host');
    const targets =
      hosts.length === 0 ? [server.target()] : hosts.map((host) => server.target(host));
    const [target, ...others] = targets.filter((one) => one !== undefined);
    return (
      target && {
        type: 'SMTP_CHECK',
        ...common,
        target,
        others,
        heloName: block.text('helo_name') ?? HELO_NAME,
      }
    );
  },
  settings: {
    others: {
      kind: 'list',
      keyword: 'host',
      identity: hostText,
      text: hostText,
    },
    heloName: { kind: 'work', keyword: 'helo_name' },
  },
  rhythmSettings: [],
  timeoutReason: 'timeout',
  endpoints: allTargets,
  usesPorts: true,
  attemptTime: (check) =>
    allTargets(check).reduce<Duration>(
      (sum, { connectTimeout }) => microseconds(sum + connectTimeout),
      microseconds(0),
    ),
  turns: () => [],
  hurries: () => false,
  steps: (check) =>
    allTargets(check).map((target) => ({
      transport: 'dialogue',
      target,
      talk: (say) => new SmtpDialogue(check.heloName, say),
    })),
};

/** What keepalived calls itself. */
const HELO_NAME = 'smtpchecker.keepalived.org';

function allTargets({ target, others }: SmtpCheckConfig): readonly CheckTarget[] {
  return [target, ...others];
}

/** A host as one line: `10.0.1.2:25 connect_timeout 5 s bindto 10.0.1.9`. */
function hostText(target: CheckTarget): string {
  const { address, port, connectTimeout, ...from } = target;
  const { sourceAddress, sourcePort, sourceInterface, fwmark, ...rest } = from;
  // A setting that this line does not name would be a difference that nobody sees.
  rest satisfies Record<string, never>;
  return [
    endpointKey(address, port),
    `connect_timeout ${exactSpanText(connectTimeout)}`,
    sourceAddress === undefined ? '' : `bindto ${sourceAddress}`,
    sourcePort === undefined ? '' : `bind_port ${sourcePort}`,
    sourceInterface === undefined ? '' : `bind_if ${sourceInterface}`,
    fwmark === undefined ? '' : `fwmark ${fwmark}`,
  ]
    .filter((part) => part !== '')
    .join(' ');
}

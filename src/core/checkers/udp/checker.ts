/** UDP_CHECK: a datagram is sent; an ICMP error is a failure, silence only where an answer is required. */
import { fromHex } from '../../base/bytes.ts';
import { exactSpanText } from '../../base/span-text.ts';
import { seconds } from '../../base/time.ts';
import type { UdpCheckConfig } from '../../model/config.ts';
import type { Finding } from '../outcome.ts';
import type { BlockReader, Checker } from '../types.ts';
import { hexPattern, matchesStart, patternBytes } from './hex-pattern.ts';

/** The row of UDP_CHECK. Defaults as in keepalived. */
export const UDP_CHECK: Checker<UdpCheckConfig> = {
  title: 'Up unless a datagram is refused',
  defaults: { retry: 1, delayBeforeRetry: seconds(1) },
  build: (block, common, server) => {
    const target = server.target();
    const minReplyLength = block.number('min_reply_length') ?? 0;
    const maxReplyLength = block.number('max_reply_length') ?? REPLY_LENGTH_MAX;
    if (minReplyLength > maxReplyLength) reportLengths(block, minReplyLength, maxReplyLength);
    return (
      target && {
        type: 'UDP_CHECK',
        ...common,
        target,
        payload: hexPattern(block.value('payload')) ?? PAYLOAD,
        ...replyOf(block),
        minReplyLength,
        maxReplyLength,
      }
    );
  },
  settings: {
    payload: { kind: 'work', keyword: 'payload' },
    reply: { kind: 'work', keyword: 'require_reply', text: (reply) => reply || 'any' },
    minReplyLength: { kind: 'work', keyword: 'min_reply_length' },
    maxReplyLength: { kind: 'work', keyword: 'max_reply_length' },
  },
  rhythmSettings: [],
  timeoutReason: 'timeout',
  endpoints: ({ target }) => [target],
  usesPorts: true,
  attemptTime: ({ target }) => target.connectTimeout,
  takesSilence: ({ reply }) => reply === undefined,
  turns: () => [],
  hurries: () => false,
  steps: (check) => {
    const { target, payload, reply = '' } = check;
    const expected = patternBytes(reply);
    const attempt = {
      request: fromHex(payload) ?? new Uint8Array(0),
      take: (bytes: Uint8Array, length: number) =>
        expected.bytes.length === 0
          ? { outcome: 'ok' as const, detail: `a reply of ${length} bytes` }
          : judgeReply(check, matchesStart(expected, bytes), length),
      silence: silenceOf(check),
    };
    const looksAt = expected.bytes.length;
    return [{ transport: 'datagram', protocol: 'udp', target, looksAt, ask: () => attempt }];
  },
};

/** Keepalived's bytes: 32 of a text that says where they come from. */
const PAYLOAD = '6b656570616c6976656420636865636b202d206b656570616c69766564206368';

/** Longest reply, in bytes, when the configuration says nothing. */
const REPLY_LENGTH_MAX = 255;

function reportLengths(block: BlockReader, min: number, max: number): void {
  block.report(
    'invalid-value',
    block.has('min_reply_length') ? 'min_reply_length' : 'max_reply_length',
    `no reply is both at least ${min} and at most ${max} bytes long; the check always fails`,
    { expected: `min_reply_length up to max_reply_length (${REPLY_LENGTH_MAX} when absent)` },
  );
}

function replyOf(block: BlockReader): Pick<UdpCheckConfig, 'reply'> {
  if (!block.has('require_reply')) return {};
  return { reply: hexPattern(block.value('require_reply')) ?? '' };
}

function judgeReply(check: UdpCheckConfig, matches: boolean, length: number): Finding {
  const { minReplyLength, maxReplyLength } = check;
  if (length > maxReplyLength) {
    const detail = `a reply of ${length} bytes, at most ${maxReplyLength} expected`;
    return { outcome: 'too-large', detail };
  }
  if (length < minReplyLength) {
    const detail = `a reply of ${length} bytes, at least ${minReplyLength} expected`;
    return { outcome: 'bad-content', detail };
  }
  // Only what both have is compared, as in keepalived: a short reply is refused by min_reply_length.
  if (!matches)
    return { outcome: 'bad-content', detail: 'the reply begins otherwise than required' };
  return { outcome: 'ok', detail: `a reply of ${length} bytes` };
}

function silenceOf({ reply, target }: UdpCheckConfig): Finding {
  const within = exactSpanText(target.connectTimeout);
  return reply === undefined
    ? { outcome: 'ok', detail: `nothing was refused within ${within}` }
    : { outcome: 'timeout', detail: `no reply within ${within}` };
}

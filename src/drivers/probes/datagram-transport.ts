/**
 * One datagram and what comes back. Each attempt has a socket of its own, connected to the target: the kernel drops
 * what others send, and tells of ICMP errors. For UDP it compares ports, and the first error ends the attempt; of an echo it compares the
 * addresses alone, so that an error may be about another program's packet, or made up by anybody: it ends no attempt, and says only why no
 * answer came. A server that sends and sends what is no answer ends it too.
 */
import { AF, IP, IPPROTO, IPV6, OsError, SO, SOCK, SOL, Socket } from 'dgram-extensions';
import { ipFamily } from '../../core/base/address.ts';
import type { Finding } from '../../core/checkers/outcome.ts';
import type { DatagramStep } from '../../core/checkers/types.ts';
import { datagramFailure, launchFailure } from './probe-outcome.ts';
import { endpointOf } from './probe-target.ts';
import { PROBE_TOOLS } from './probe-tools.ts';
import { timerMs } from './stream-reading.ts';
import type { Transport } from './transport.ts';

/** Datagrams that are no answer, from one attempt's target; more end the attempt. */
export const FOREIGN_DATAGRAMS_MAX = 1_000;

/** Longest IPv4 header (RFC 791), which a raw socket delivers before what it carries. */
const IPV4_HEADER_BYTES_MAX = 60;

/** See `DatagramStep`. */
export const datagramTransport: Transport<DatagramStep> = (job, step, onFinding) => {
  let socket: Socket;
  try {
    socket = openSocket(step);
  } catch (error) {
    if (!(error instanceof OsError)) throw error;
    const { errno } = error;
    queueMicrotask(() => job.end(launchFailure(errno)));
    return;
  }
  const attempt = step.ask(PROBE_TOOLS);
  const isIcmp = step.protocol === 'icmp';
  const hasHeader = isIcmp && ipFamily(step.target.address) === 'ipv4';
  let foreign = 0;
  let unanswered = attempt.silence;
  let timer: NodeJS.Timeout | undefined;
  const close = (): void => {
    clearTimeout(timer);
    socket.close();
  };
  const finish = (finding: Finding): void => {
    if (socket.closed) return;
    close();
    job.stop = undefined;
    onFinding(finding);
  };
  job.stop = close;
  socket.onMessage(
    (data, { length }) => {
      const skipped = hasHeader ? ((data[0] ?? 0) & 0x0f) * 4 : 0;
      const finding = attempt.take(data.subarray(skipped), length - skipped);
      if (finding !== undefined) finish(finding);
      else if (++foreign > FOREIGN_DATAGRAMS_MAX) finish(TOO_MANY);
    },
    ({ errno }) => {
      if (isIcmp) unanswered = datagramFailure(errno);
      else finish(datagramFailure(errno));
    },
  );
  const late = (): void => {
    // Timers run before sockets are read: after a stall of ours the answer may be there.
    socket.drain();
    finish(unanswered);
  };
  timer = setTimeout(late, timerMs(step.target.connectTimeout));
  const sent = socket.send(attempt.request);
  if (sent < 0) queueMicrotask(() => finish(datagramFailure(sent)));
};

const TOO_MANY: Finding = {
  outcome: 'bad-response',
  detail: `more than ${FOREIGN_DATAGRAMS_MAX} datagrams, none of them the answer`,
};

/** A connected socket. Throws OsError. */
function openSocket({ target, protocol, looksAt }: DatagramStep): Socket {
  const isIpv4 = ipFamily(target.address) === 'ipv4';
  const { destination, source, mark, device } = endpointOf(target);
  const isIcmp = protocol === 'icmp';
  const icmp = isIpv4 ? IPPROTO.ICMP : IPPROTO.ICMPV6;
  const socket = new Socket({
    family: isIpv4 ? AF.INET : AF.INET6,
    type: isIcmp ? SOCK.RAW : SOCK.DGRAM,
    protocol: isIcmp ? icmp : IPPROTO.UDP,
    slots: 1,
    sizeBytes: Math.max(1, looksAt) + (isIcmp && isIpv4 ? IPV4_HEADER_BYTES_MAX : 0),
    controlBytes: 0,
  });
  try {
    if (device !== undefined) socket.bindToDevice(device);
    if (mark !== undefined) socket.setOption(SOL.SOCKET, SO.MARK, mark | 0);
    // Without it the kernel keeps those ICMP errors to itself that may pass, an unreachable host among them.
    if (isIpv4) socket.setOption(SOL.IP, IP.RECVERR, 1);
    else socket.setOption(SOL.IPV6, IPV6.RECVERR, 1);
    if (source !== undefined) socket.bind(isIcmp ? withoutPort(source) : source);
    socket.connect(isIcmp ? withoutPort(destination) : destination);
    return socket;
  } catch (error) {
    socket.close();
    throw error;
  }
}

/** In the address of a raw socket of IPv6 the port is a protocol (ipv6(7)). */
function withoutPort(sockaddr: Uint8Array): Uint8Array {
  const copy = Uint8Array.from(sockaddr);
  copy.fill(0, 2, 4);
  return copy;
}

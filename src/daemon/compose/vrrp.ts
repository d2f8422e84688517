/** Builds the vrrp process: opens its sockets, makes its machine, and runs the role on both. */
import { uptime } from 'node:os';
import { OsError } from 'dgram-extensions';
import { seconds } from '../../core/base/time.ts';
import type { Trouble } from '../../core/facts/troubles.ts';
import { VrrpRouter } from '../../core/vrrp/router.ts';
import type { KeyedDigest, KeyedDigests } from '../../core/wire/keyed-digests.ts';
import { ClaimSockets } from '../../drivers/claim-sockets.ts';
import { LinkStateKernel } from '../../drivers/link-state.ts';
import { onDemand } from '../../drivers/on-demand.ts';
import { PacketSocket } from '../../drivers/packet-socket.ts';
import { RouteKernel } from '../../drivers/rtnetlink.ts';
import { readSysctl, writeSysctl } from '../../drivers/sysctl.ts';
import { VrrpReceiver } from '../../drivers/vrrp-receiver.ts';
import { VrrpSocket } from '../../drivers/vrrp-socket.ts';
import { VRRP_WAITING } from '../frame/merge-messages.ts';
import type { FromVrrp, ToVrrp, VrrpProcessReport } from '../frame/messages.ts';
import { ProcessFrame } from '../frame/process-frame.ts';
import { FIRST } from '../frame/start-word.ts';
import type { BfdWorkOptions } from '../vrrp/bfd-work.ts';
import type { BfdPort, TakeoverSayPort, VrrpParts } from '../vrrp/ports.ts';
import { VrrpRole } from '../vrrp/role.ts';
import type { TakeoverSayOptions } from '../vrrp/takeover-ports.ts';
import { withWallClock } from '../vrrp/wall-clock.ts';
import { warmUp } from '../vrrp/warm-up.ts';
import { childHost } from './child-host.ts';

/** An orderly stop that the kernel does not answer ends all the same, milliseconds. */
const STOP_MS_MAX = 2_000;

/** Runs the vrrp process until the supervisor stops it or goes away. */
export async function main(): Promise<void> {
  const frame = new ProcessFrame<ToVrrp, FromVrrp, VrrpProcessReport>(
    childHost(VRRP_WAITING, STOP_MS_MAX),
  );
  let role: VrrpRole;
  try {
    role = new VrrpRole(frame, openParts());
  } catch (error) {
    if (!(error instanceof OsError)) throw error;
    await giveUp(error);
    return;
  }
  await frame.run(role);
}

function openParts(): VrrpParts {
  const kernel = RouteKernel.open();
  const newRouter = (): VrrpRouter => new VrrpRouter(DIGESTS);
  return {
    core: withWallClock(newRouter(), wallClock),
    kernel,
    frames: new PacketSocket(),
    claims: new ClaimSockets(),
    openSocket: (options) => new VrrpSocket(options),
    digests: DIGESTS,
    links: new LinkStateKernel(),
    wallClock,
    uptime: () => seconds(uptime()),
    listen: (options) => new VrrpReceiver(options),
    refuseRouters: (name) => writeSysctl(`net/ipv6/conf/${name}/accept_ra`, '0'),
    filtersStrictly: () => readSysctl('net.ipv4.conf.all.rp_filter') === '1',
    openBfd,
    openTakeoverSay,
    warmsUpLater: process.argv.includes(FIRST),
    warmUp: async (goOn) => {
      if (await goOn()) DIGESTS.hmacMd5(new Uint8Array(1), new Uint8Array(1));
      await warmUp(newRouter, kernel, goOn);
    },
  };
}

/** Discriminators are such that nobody can guess them. */
async function openBfd(options: Omit<BfdWorkOptions, 'parts'>): Promise<BfdPort> {
  const [{ BfdSessions }, { BfdWork }, { BfdListener, BfdSender }, { seededRandom }] =
    await Promise.all([
      import('../../core/bfd/sessions.ts'),
      import('../vrrp/bfd-work.ts'),
      import('../../drivers/bfd-socket.ts'),
      import('../../core/base/seeded-random.ts'),
    ]);
  const { randomInt } = onDemand<typeof import('node:crypto')>('node:crypto');
  return new BfdWork({
    ...options,
    parts: {
      machine: new BfdSessions(seededRandom(randomInt(2 ** 32))),
      listen: (where) => new BfdListener(where),
      openSender: (where) => new BfdSender(where),
    },
  });
}

/** Ids are such that nobody can guess them, and no two starts have one in common. */
async function openTakeoverSay(
  options: Omit<TakeoverSayOptions, 'parts'>,
): Promise<TakeoverSayPort> {
  const [
    { HeartbeatSessions },
    { Witnesses },
    { TakeoverSay },
    { ConnectedSocket },
    { hmacKeyBytes },
  ] = await Promise.all([
    import('../../core/heartbeat/sessions.ts'),
    import('../../core/heartbeat/witnesses.ts'),
    import('../vrrp/takeover-say.ts'),
    import('../../drivers/connected-socket.ts'),
    import('../../core/model/hmac.ts'),
  ]);
  const { randomBytes, randomInt } = onDemand<typeof import('node:crypto')>('node:crypto');
  return new TakeoverSay({
    ...options,
    parts: {
      heartbeats: new HeartbeatSessions({
        hmacSha256: DIGESTS.hmacSha256,
        newId: () => randomBytes(8).toString('hex'),
        keyOf: ({ key }) => hmacKeyBytes(key.secret),
      }),
      witnesses: new Witnesses(),
      open: (where) => new ConnectedSocket(where),
      random16: () => randomInt(0x1_0000),
    },
  });
}

const DIGESTS: KeyedDigests = { hmacMd5: digest('md5'), hmacSha256: digest('sha256') };

function digest(algorithm: string): KeyedDigest {
  return (key, data) => {
    // Loaded with the warm-up: only AH and auth_hmac need it.
    const { createHmac } = onDemand<typeof import('node:crypto')>('node:crypto');
    return createHmac(algorithm, key).update(data).digest();
  };
}

function wallClock(): number {
  return Date.now() * 1_000;
}

/** Without its sockets this process is of no use: it says why, in words instead of a stack, and ends. */
async function giveUp(error: OsError): Promise<void> {
  const isForbidden = error.code === 'EPERM' || error.code === 'EACCES';
  const detail = isForbidden ? 'VRRP needs root, or CAP_NET_ADMIN and CAP_NET_RAW' : error.message;
  const trouble: Trouble = { operation: 'open-vrrp-sockets', errno: error.code, detail };
  await new Promise((resolve) => {
    const said: FromVrrp = { type: 'trouble', trouble };
    if (process.send?.(said, undefined, undefined, resolve) === undefined) resolve(undefined);
  });
  process.exit(1);
}

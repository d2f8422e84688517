/** `tandem ipvs`, and a program named `ipvsadm`: ipvsadm's command line on the kernel's IPVS table. */
import { DEFAULT_RUNTIME_DIR } from '../core/control/messages.ts';
import { helpText, versionText } from '../core/ipvsadm/help.ts';
import { unavailableMessage } from '../core/ipvsadm/kernel-messages.ts';
import { VERSION } from '../daemon/frame/version.ts';
import type { IpvsUnavailable } from '../drivers/ipvs-module.ts';
import { carryOutAsJson } from './ipvs-json.ts';
import { NameBook } from './ipvs-names.ts';
import { type IpvsParts, realParts } from './ipvs-parts.ts';
import { carryOut, warnOfUndoing } from './ipvs-requests.ts';
import { restore } from './ipvs-restore.ts';

/** The kernel's table cannot be used. */
const UNAVAILABLE = 2;

/** How it was called. */
export interface IpvsStyle {
  /** By the name of ipvsadm, whose options then are all there are. */
  readonly isIpvsadm: boolean;
}

/** Carries a command line (the words behind the name) out; resolves with the exit status of ipvsadm. */
export async function ipvs(
  words: readonly string[],
  style: IpvsStyle,
  given?: IpvsParts,
): Promise<number> {
  const own = takeOwnOptions(words, style);
  const parts = given ?? realParts(own.runtimeDir ?? DEFAULT_RUNTIME_DIR);
  const names = new NameBook(parts);
  const read = await names.read(own.words);
  if (read.kind === 'refused') {
    await parts.complain(`${read.refusal.text}\n`);
    return read.refusal.status;
  }
  const { request } = read;
  const tell = async (command: 'help' | 'version'): Promise<number> => {
    await parts.print(command === 'version' ? versionText(VERSION) : helpText(VERSION, style));
    return 0;
  };
  if (request.command === 'help' || request.command === 'version') return tell(request.command);
  const kernel = await parts.open();
  if (!kernel.ok) {
    await parts.complain(`${unavailableMessage(reasonOf(kernel.error))}\n`);
    return UNAVAILABLE;
  }
  try {
    const place = { kernel: kernel.value, parts, names, ...style };
    if (own.json) return await carryOutAsJson(request, place);
    if (request.command === 'restore') return await restore(place, { tell });
    const status = await carryOut(request, place);
    if (status === 0) await warnOfUndoing([request], parts);
    return status;
  } finally {
    kernel.value.close();
  }
}

/** Options that ipvsadm does not have, and what is left of a command line without them. */
interface OwnOptions {
  readonly words: readonly string[];
  readonly json: boolean;
  readonly runtimeDir?: string;
}

function takeOwnOptions(all: readonly string[], { isIpvsadm }: IpvsStyle): OwnOptions {
  if (isIpvsadm) return { words: all, json: false };
  const words = all.filter((word) => word !== '--json');
  const json = words.length < all.length;
  const at = words.indexOf('--runtime-dir');
  const runtimeDir = at < 0 ? undefined : words[at + 1];
  // Without its value it stays, and is refused as unknown.
  if (runtimeDir === undefined) return { words, json };
  words.splice(at, 2);
  return { words, json, runtimeDir };
}

/** In ipvsadm's words where it has some. */
function reasonOf({ reason, message }: IpvsUnavailable): string {
  if (reason === 'no-module') return 'Protocol not available';
  return reason === 'no-permission' ? 'Permission denied (you must be root)' : message;
}

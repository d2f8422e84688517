/** `tandem ipvs`, and a program named `ipvsadm`: ipvsadm's command line on the kernel's IPVS table. */
import { helpText, versionText } from '../core/ipvsadm/help.ts';
import { unavailableMessage } from '../core/ipvsadm/kernel-messages.ts';
import { VERSION } from '../daemon/frame/version.ts';
import type { IpvsUnavailable } from '../drivers/ipvs-module.ts';
import { NameBook } from './ipvs-names.ts';
import { type IpvsParts, realParts } from './ipvs-parts.ts';
import { carryOut } from './ipvs-requests.ts';
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
  parts: IpvsParts = realParts(),
): Promise<number> {
  const names = new NameBook(parts);
  const read = await names.read(words);
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
    const place = { kernel: kernel.value, parts, names };
    if (request.command === 'restore') return await restore(place, { tell });
    return await carryOut(request, place);
  } finally {
    kernel.value.close();
  }
}

/** In ipvsadm's words where it has some. */
function reasonOf({ reason, message }: IpvsUnavailable): string {
  if (reason === 'no-module') return 'Protocol not available';
  return reason === 'no-permission' ? 'Permission denied (you must be root)' : message;
}

/** Reads the header of `virtual_server`: an address with a port, a firewall mark, or a group. */
import { type IpAddress, parseIp } from '../../base/address.ts';
import { lastLineOf } from '../tree.ts';
import { readAddress } from '../typed/addresses.ts';
import type { ReadPlace } from '../typed/context.ts';
import { readInteger, readPort } from '../typed/numbers.ts';
import type { TypedStatement } from '../typed/values.ts';
import { atWord, type BuildContext } from './context.ts';

/** What the header of a block says. */
export type Header =
  | { readonly kind: 'address'; readonly address: IpAddress; readonly port: number }
  | { readonly kind: 'fwmark'; readonly mark: number }
  | { readonly kind: 'group'; readonly name: string };

/** The header; undefined when it cannot be used (reported). */
export function readHeader(typed: TypedStatement, context: BuildContext): Header | undefined {
  const [, first, second] = typed.statement.words;
  const place: ReadPlace = { context: context.typing, name: 'virtual_server', secret: false };
  if (first === undefined) return undefined;
  if (first.text === 'fwmark' || first.text === 'group') {
    if (second === undefined) {
      const what = first.text === 'group' ? 'the name of a group' : 'a number';
      atWord(context, 'missing-word', first, `"virtual_server ${first.text}" needs ${what}`, {
        endLine: lastLineOf(typed.statement),
        expected: what,
      });
      return undefined;
    }
    if (first.text === 'group') return { kind: 'group', name: second.text };
    const mark = readInteger(MARK, second, place);
    if (mark !== 0) return mark === undefined ? undefined : { kind: 'fwmark', mark };
    atWord(
      context,
      'number-range',
      second,
      'mark 0 means "no mark"; this virtual server is ignored',
      {
        expected: 'a number from 1 to 4294967295',
      },
    );
    return undefined;
  }
  const word = readAddress({ kind: 'address', cutSuffix: true }, first, place);
  const port = second === undefined ? 0 : readPort(SERVICE_PORT, second, place);
  const address = word === undefined ? undefined : parseIp(word);
  if (address === undefined || port === undefined) return undefined;
  return { kind: 'address', address, port };
}

const MARK = { kind: 'integer', min: 0, max: 4_294_967_295 } as const;
const SERVICE_PORT = { kind: 'port', zeroIsAbsent: true } as const;

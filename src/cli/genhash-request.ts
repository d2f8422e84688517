/** The command line of `tandem genhash`: the options of keepalived's genhash, read as getopt reads them, and one of ours. */
import { type IpAddress, isLinkLocal, parseIp } from '../core/base/address.ts';
import { err, ok, type Result } from '../core/base/result.ts';
import type { HttpCheckConfig } from '../core/model/config.ts';
import { getopt, type OptionSpec } from './getopt.ts';

/** Names of the options. */
export type GenhashFlagName =
  | 'use-ssl'
  | 'use-sni'
  | 'server'
  | 'port'
  | 'url'
  | 'use-virtualhost'
  | 'verbose'
  | 'help'
  | 'fwmark'
  | 'protocol'
  | 'timeout'
  | 'block';

/** An option with its help. */
export interface GenhashFlag extends OptionSpec<GenhashFlagName> {
  readonly long: GenhashFlagName;
  /** Name of the argument in help. */
  readonly value?: string;
  readonly help: string;
}

const TIMEOUT_S_DEFAULT = 5;
const TIMEOUT_S_MAX = 3_600;
const MARK_MAX = 0xffff_ffff;

/** All of them. */
export const GENHASH_FLAGS: readonly GenhashFlag[] = [
  flag('s', 'server', 'address of the server; a link-local one as fe80::1%eth0', 'ADDRESS'),
  flag('p', 'port', 'its port', 'PORT'),
  flag('u', 'url', 'path of the page', 'PATH'),
  flag('V', 'use-virtualhost', 'name for the Host header', 'NAME'),
  flag('S', 'use-ssl', 'over TLS; the certificate is not verified, as in SSL_GET'),
  flag('I', 'use-sni', 'with that name in the TLS handshake (enable_sni)'),
  flag('P', 'protocol', '1.0 (default), 1.0c (closes the connection) or 1.1', 'VERSION'),
  flag('m', 'fwmark', 'mark of the packets', 'MARK'),
  flag(
    't',
    'timeout',
    `time for connecting and for each pause, default ${TIMEOUT_S_DEFAULT}`,
    'SECONDS',
  ),
  flag('v', 'verbose', 'the answer as well, in hexadecimal and as text, and the time it took'),
  flag('', 'block', 'a url block for the configuration, in place of the digest alone'),
  flag('h', 'help', 'this help'),
];

function flag(short: string, long: GenhashFlagName, help: string, value?: string): GenhashFlag {
  const argument = value === undefined ? 'none' : 'required';
  const rest = { ...(short !== '' && { short }), ...(value !== undefined && { value }) };
  return { name: long, long, argument, help, ...rest };
}

/** What is asked for. */
export interface GenhashRequest {
  readonly isTls: boolean;
  /** The virtual host goes into the handshake. */
  readonly sni: boolean;
  readonly address: IpAddress;
  /** The interface of a link-local address. */
  readonly device?: string;
  readonly port: number;
  readonly path: string;
  readonly virtualHost?: string;
  readonly httpVersion: HttpCheckConfig['httpVersion'];
  readonly fwmark?: number;
  readonly timeoutS: number;
  readonly verbose: boolean;
  readonly block: boolean;
}

/** Reads a command line; the error is a line for people. */
export function parseGenhash(args: readonly string[]): Result<GenhashRequest | 'help', string> {
  const { options, words, problem } = getopt(args, GENHASH_FLAGS);
  if (problem !== undefined) return err(problem);
  const given = new Map(options.map(({ name, value }) => [name, value ?? '']));
  if (given.has('help')) return ok('help');
  const [word] = words;
  if (word !== undefined) return err(`"${word}" is no option`);
  const missing = GENHASH_FLAGS.find(({ name }) => NEEDED.has(name) && !given.has(name));
  if (missing !== undefined) {
    return err(`-${missing.short} (--${missing.long}) is missing: ${missing.help}`);
  }
  return requestOf(given);
}

const NEEDED: ReadonlySet<GenhashFlagName> = new Set(['server', 'port', 'url']);

const VERSIONS: Readonly<Record<string, HttpCheckConfig['httpVersion'] | undefined>> = {
  '1.0': '1.0',
  '1.0c': '1.0C',
  '1.0C': '1.0C',
  '1.1': '1.1',
};

function requestOf(given: ReadonlyMap<GenhashFlagName, string>): Result<GenhashRequest, string> {
  const server = serverOf(given.get('server') ?? '');
  if (!server.ok) return server;
  const port = whole(given, 'port', [1, 65_535]);
  const fwmark = whole(given, 'fwmark', [0, MARK_MAX]);
  const timeoutS = whole(given, 'timeout', [1, TIMEOUT_S_MAX]);
  for (const one of [port, fwmark, timeoutS]) if (!one.ok) return one;
  const httpVersion = VERSIONS[given.get('protocol') ?? '1.0'];
  if (httpVersion === undefined) {
    return err(`--protocol ${given.get('protocol')} is not one of 1.0, 1.0c and 1.1`);
  }
  const path = given.get('url') ?? '';
  const virtualHost = given.get('use-virtualhost');
  // They would end the line of the request.
  if (hasControl(path)) return err('--url has a control character');
  if (virtualHost !== undefined && hasControl(virtualHost)) {
    return err('--use-virtualhost has a control character');
  }
  if (path === '') return err('--url is empty; the page of a whole site is /');
  return ok({
    ...server.value,
    isTls: given.has('use-ssl'),
    sni: given.has('use-sni'),
    port: (port.ok && port.value) || 0,
    path,
    ...(virtualHost !== undefined && { virtualHost }),
    httpVersion,
    ...(fwmark.ok && fwmark.value !== undefined && { fwmark: fwmark.value }),
    timeoutS: (timeoutS.ok && timeoutS.value) || TIMEOUT_S_DEFAULT,
    verbose: given.has('verbose'),
    block: given.has('block'),
  });
}

function serverOf(text: string): Result<Pick<GenhashRequest, 'address' | 'device'>, string> {
  const [, name = text, device] = /^(.+)%(.+)$/.exec(text) ?? [];
  const address = parseIp(name);
  if (address === undefined) {
    return err(`--server ${text} is not an IP address; names are not resolved, as in a check`);
  }
  if (device === undefined) return ok({ address });
  if (isLinkLocal(address)) return ok({ address, device });
  return err(`--server ${text}: an interface goes with a link-local address`);
}

function whole(
  given: ReadonlyMap<GenhashFlagName, string>,
  name: GenhashFlagName,
  [min, max]: readonly [number, number],
): Result<number | undefined, string> {
  const text = given.get(name);
  if (text === undefined) return ok(undefined);
  const value = /^(0x[0-9a-fA-F]+|\d+)$/.test(text) ? Number(text) : Number.NaN;
  if (value >= min && value <= max) return ok(value);
  return err(`--${name} ${text} is not a whole number from ${min} to ${max}`);
}

function hasControl(text: string): boolean {
  return [...text].some((character) => character < ' ' || character === '\x7f');
}

/** Text of `--help`. */
export function genhashHelp(): string {
  const line = ({ short, long, value, help }: GenhashFlag): string => {
    const letter = short === undefined ? '    ' : `-${short}, `;
    return `  ${`${letter}--${long}${value === undefined ? '' : ` ${value}`}`.padEnd(30)}${help}`;
  };
  return [
    'Usage: tandem genhash -s ADDRESS -p PORT -u PATH [options]',
    '',
    'Prints the MD5 digest of a page, as HTTP_GET and SSL_GET compare it (url { digest ... }).',
    'The page is asked for as a check asks for it; its status is not judged.',
    '',
    'Options:',
    ...GENHASH_FLAGS.map(line),
    '',
    'Exit status: 0 when a digest was printed, 1 otherwise (keepalived: 0 even then).',
    '',
  ].join('\n');
}

/** What a look at the host came to: one finding for each thing that matters for the configuration. */
import type { ShellCommand } from '../base/shell-command.ts';
import type { Span } from '../language/diagnostic.ts';

/** A line of a file that keeps a change over restarts of the host. */
export interface KeptLine {
  readonly file: string;
  readonly line: string;
}

/** What mends something: now, and over restarts of the host. */
export interface Mend {
  readonly commands: readonly ShellCommand[];
  readonly kept: readonly KeptLine[];
}

/** A part of the configuration that a finding is about. */
export interface Part {
  /** `virtual server 192.0.2.1 80`, `instance VI_1`. */
  readonly name: string;
  /** Where it is written; absent where that is not known. */
  readonly at?: Pick<Span, 'file' | 'line'>;
}

/** One finding. */
export interface Finding {
  /** The setting or the thing: `net.ipv4.ip_forward`, `systemd-networkd`. */
  readonly subject: string;
  /**
   * `met`: as it should be. `wrong`: it hurts. `note`: it may hurt, or would help, which is for a person to say. `unsure`: it could not be looked at.
   * Only what is wrong counts as a failure.
   */
  readonly verdict: 'met' | 'wrong' | 'note' | 'unsure';
  /** What was observed, and why it matters: one sentence. */
  readonly text: string;
  /** The parts of the configuration that it matters for; none: for all of it. */
  readonly about: readonly Part[];
  readonly mend?: Mend;
}

/** Before a restart of the host this module is loaded again. */
export const MODULES_FILE = '/etc/modules-load.d/tandem-director.conf';
const SETTINGS_FILE = '/etc/sysctl.d/90-tandem-director.conf';

/** Settings of the kernel by path (`net/ipv4/ip_forward`), and what they have to be. */
export function settings(values: Readonly<Record<string, number>>): Mend {
  const all = Object.entries(values).map(([path, value]) => [settingName(path), value] as const);
  return {
    commands: all.map(([name, value]) => ['sysctl', '-w', `${name}=${value}`]),
    kept: all.map(([name, value]) => ({ file: SETTINGS_FILE, line: `${name} = ${value}` })),
  };
}

/** One after the other. */
export function both(first: Mend, second: Mend): Mend {
  return {
    commands: [...first.commands, ...second.commands],
    kept: [...first.kept, ...second.kept],
  };
}

/** With dots, as people write it; with slashes where the name of an interface has dots. */
export function settingName(path: string): string {
  return path.includes('.') ? path : path.replaceAll('/', '.');
}

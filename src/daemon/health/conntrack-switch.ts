/**
 * The setting of the kernel without which Full-NAT does nothing: connections of IPVS appear in connection tracking. It is set where the configuration
 * asks for it (`lvs_conntrack`), as soon as IPVS is there, again when somebody sets it back, and put back at the stop if it was changed here.
 */
import { VS_CONNTRACK } from '../../core/language/preconditions.ts';
import type { FromHealth } from '../frame/messages.ts';

/** What it works with. */
export interface ConntrackParts {
  readonly readSysctl: (name: string) => string | undefined;
  /** Resolves to the name of the errno when it could not be set. */
  readonly writeSysctl: (name: string, value: string) => string | undefined;
  readonly send: (message: FromHealth) => void;
}

/** The one that sets it. */
export class ConntrackSwitch {
  readonly #parts: ConntrackParts;
  #isWanted = false;
  /** What stood there before it was changed. */
  #before: string | undefined;
  #problem = '';

  constructor(parts: ConntrackParts) {
    this.#parts = parts;
  }

  /** Whether the configuration asks for it; one that does not any more puts it back. */
  configure(isWanted: boolean): void {
    if (this.#isWanted && !isWanted) this.putBack();
    this.#isWanted = isWanted;
    this.tend();
  }

  /** A setting as a precondition sees it: while the module of IPVS is not loaded, what will be set is not missed. */
  read(name: string): string | undefined {
    const { readSysctl } = this.#parts;
    return readSysctl(name) ?? (this.#isWanted && name === VS_CONNTRACK ? '1' : undefined);
  }

  /** Sets it where it is not as wanted. */
  tend(): void {
    if (!this.#isWanted) return;
    const found = this.#parts.readSysctl(VS_CONNTRACK);
    if (found === undefined || found !== '0') return;
    if (this.#write('1')) this.#before ??= found;
  }

  /** What was found at first stands there again. */
  putBack(): void {
    if (this.#before === undefined) return;
    this.#write(this.#before);
    this.#before = undefined;
  }

  #write(value: string): boolean {
    const { writeSysctl, send } = this.#parts;
    const errno = writeSysctl(VS_CONNTRACK, value);
    if (errno === undefined) {
      this.#problem = '';
      send({ type: 'settingChanged', setting: VS_CONNTRACK, value });
      return true;
    }
    if (errno !== this.#problem) {
      const trouble = { operation: 'change-setting', about: VS_CONNTRACK, errno } as const;
      send({ type: 'trouble', trouble });
    }
    this.#problem = errno;
    return false;
  }
}

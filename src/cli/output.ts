/** Writing to the terminal or pipe that called us. */
import { visible } from '../core/base/visible.ts';
import type { ControlError } from '../core/control/messages.ts';
import type { TextOptions } from './table.ts';

/** Writes a result; resolves when it is handed to the system, so that a pipe gets all of it. */
export function print(text: string): Promise<void> {
  return write(process.stdout, text);
}

/** Writes a complaint; it has no colours, and what it quotes can do nothing to a terminal. */
export function complain(text: string): Promise<void> {
  return write(process.stderr, visible(text.endsWith('\n') ? text : `${text}\n`));
}

/** A refusal of Tandem, or that it does not answer. */
export function complainOf(error: ControlError): Promise<void> {
  return complain(`tandem: ${error.message}`);
}

/** Width and colours of standard output; NO_COLOR (no-color.org) turns colours off. */
export function textOptions(wantsColor: boolean | undefined): TextOptions {
  const isTerminal = process.stdout.isTTY === true;
  const { NO_COLOR: noColor = '' } = process.env;
  return {
    width: isTerminal ? process.stdout.columns : 0,
    color: wantsColor ?? (isTerminal && noColor === ''),
  };
}

/** Lets a reader go away (`tandem explain ... | head`): what follows is lost, and that is no failure of ours. */
export function tolerateClosedOutput(): void {
  tolerateClosed(process.stdout);
  tolerateClosed(process.stderr);
}

function tolerateClosed(stream: NodeJS.WriteStream): void {
  if (!stream.listeners('error').includes(IGNORE)) stream.on('error', IGNORE);
}

/** The callback of a write comes all the same. */
const IGNORE = (): void => undefined;

function write(stream: NodeJS.WriteStream, text: string): Promise<void> {
  tolerateClosed(stream);
  return new Promise((resolve) => {
    stream.write(text, () => resolve());
  });
}

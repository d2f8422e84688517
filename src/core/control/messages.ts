/**
 * Requests and replies of the control socket: one JSON object per line each way, one reply for each
 * request, versioned. The socket is a Unix stream socket whose file permissions are the access control.
 */

/** Version of this protocol; a reply carries it, a request may. */
export const CONTROL_VERSION = 1;

/** Longest request line in bytes: requests are small, anything longer is not ours. */
export const CONTROL_REQUEST_BYTES_MAX: number = 64 * 1024;

/** Why a request was not carried out; `code` is stable: `refused`, `not-found`, `bad-request`, ... */
export interface ControlError {
  readonly code: string;
  readonly message: string;
  readonly details?: unknown;
}

/** True for a value of JSON that says why. */
export function isControlError(value: unknown): value is ControlError {
  return (
    typeof value === 'object' &&
    value !== null &&
    'code' in value &&
    typeof value.code === 'string' &&
    'message' in value &&
    typeof value.message === 'string'
  );
}

/** What it gets: `ok` with a result of the command's own shape, or an error with a stable code. */
export type ControlReply =
  | { readonly version: typeof CONTROL_VERSION; readonly ok: true; readonly result: unknown }
  | { readonly version: typeof CONTROL_VERSION; readonly ok: false; readonly error: ControlError };

/** Directory of the sockets of a Tandem that was not told another one. */
export const DEFAULT_RUNTIME_DIR = '/run/tandem';

/** Path of the control socket of the Tandem that uses this runtime directory. */
export function controlSocketPath(runtimeDir: string): string {
  return `${runtimeDir}/control.sock`;
}

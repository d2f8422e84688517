/**
 * TLS contexts of probes: one for all that show no certificate, one for each `SSL` block with files. Building one
 * costs more than a handshake. Files are read again after a minute, so that a renewed certificate is taken without a
 * reload.
 */
import { open } from 'node:fs/promises';
import { createSecureContext, type SecureContext, type SecureContextOptions } from 'node:tls';
import { err, ok, type Result } from '../../core/base/result.ts';
import type { TlsClientConfig } from '../../core/model/config.ts';

/** Largest file of certificates that is read. */
export const PEM_BYTES_MAX: number = 4 * 1024 * 1024;

/** Files are not read again before this. */
const FRESH_MS = 60_000;
/** Files of a file system that does not answer are given up. */
const READ_MS_MAX = 5_000;

type Context = Promise<Result<SecureContext, string>>;

let plain: SecureContext | undefined;
const contexts = new Map<string, { readonly context: Context; readonly builtMs: number }>();

/** The context for a configuration; the error is a line for operators, without the pass phrase. */
export async function tlsContext(
  client: TlsClientConfig | undefined,
): Promise<Result<SecureContext, string>> {
  if (client === undefined) {
    plain ??= createSecureContext();
    return ok(plain);
  }
  const key = JSON.stringify(client);
  const known = contexts.get(key);
  const nowMs = performance.now();
  if (known !== undefined && nowMs - known.builtMs < FRESH_MS) return await known.context;
  for (const [other, { builtMs }] of contexts) {
    if (nowMs - builtMs >= FRESH_MS) contexts.delete(other);
  }
  const context = build(client);
  contexts.set(key, { context, builtMs: nowMs });
  return await context;
}

async function build(client: TlsClientConfig): Context {
  const { certificate, key, password, authorities } = client;
  const files = { cert: certificate, key, ca: authorities } as const;
  const options: SecureContextOptions = password === undefined ? {} : { passphrase: password };
  for (const [option, path] of Object.entries(files)) {
    if (path === undefined) continue;
    const text = await Promise.race([readPem(path), tooLate(path)]);
    if (!text.ok) return text;
    Object.assign(options, { [option]: text.value });
  }
  try {
    return ok(createSecureContext(options));
  } catch (error) {
    return err(`the certificate, key or authorities of SSL cannot be used: ${codeOf(error)}`);
  }
}

async function readPem(path: string): Promise<Result<Buffer, string>> {
  try {
    const file = await open(path, 'r');
    try {
      const { size } = await file.stat();
      if (size > PEM_BYTES_MAX) return err(`${path} is longer than ${PEM_BYTES_MAX} bytes`);
      const { buffer, bytesRead } = await file.read(Buffer.alloc(size), 0, size, 0);
      return ok(buffer.subarray(0, bytesRead));
    } finally {
      await file.close();
    }
  } catch (error) {
    return err(`${path} of SSL cannot be read: ${codeOf(error)}`);
  }
}

async function tooLate(path: string): Promise<Result<never, string>> {
  return await new Promise((resolve) => {
    setTimeout(() => resolve(err(`${path} of SSL cannot be read: no answer`)), READ_MS_MAX).unref();
  });
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
}

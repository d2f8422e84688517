/** Builds the `SSL` block: what all SSL_GET show to servers that ask for a certificate. */
import type { TlsClientConfig } from '../../model/config.ts';
import { last, text } from '../typed/access.ts';
import type { BuildContext } from './context.ts';

/** The last block, which puts earlier ones aside; undefined without one that says anything. */
export function tlsClientOf({ root }: BuildContext): TlsClientConfig | undefined {
  const block = last(root, 'SSL')?.block;
  const [certificate, key, password, authorities] = ['certificate', 'key', 'password', 'ca'].map(
    (keyword) => text(block, keyword),
  );
  const client = {
    ...(certificate === undefined ? {} : { certificate }),
    ...(key === undefined ? {} : { key }),
    ...(password === undefined ? {} : { password }),
    ...(authorities === undefined ? {} : { authorities }),
  };
  return Object.keys(client).length === 0 ? undefined : client;
}

/**
 * A heartbeat as it leaves, with two virtual routers. Its bytes were written by an independent encoder (Python's struct,
 * ipaddress and hmac), from the layout in `src/core/wire/heartbeat.ts`.
 */

/** The key of both sides. */
export const HEARTBEAT_KEY = '0123456789abcdef0123456789abcdef';

/** The whole datagram, hexadecimal. */
export const HEARTBEAT_VECTOR: string =
  '5464486201000001' +
  '1122334455667788' +
  '0000000100000007' +
  '0102030405060708' +
  'f1f2f3f4f5f6f7f8' +
  '00030d4000020000' +
  '043302039600000000002ee0' +
  '0a010001000000000000000000000000' +
  '0a010064000000000000000000000000' +
  '063403005a00000000000000' +
  '00000000000000000000000000000000' +
  'fd000001000000000000000000000100' +
  'f605ead2a436d8f92a658466c047a8fbd7e9c184fdadda8518956a83d292c7d8';

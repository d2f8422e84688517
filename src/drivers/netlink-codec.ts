/**
 * The codec modules of the `netlink` package, and only they: its index would load a native socket that
 * we do not use. They are CommonJS, and are taken with `require` because `import` scans their whole text
 * for names first, which costs more than running them: 11 ms against 4 for the rtnetlink structures,
 * in a process that should be advertising by then.
 */
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

/** Flags and types of messages (linux/netlink.h). */
export const netlinkConstants: typeof import('netlink/dist/constants.js') = require('netlink/dist/constants.js');

/** Messages, attributes and generic headers <-> bytes. */
export const netlinkStructs: typeof import('netlink/dist/structs.js') = require('netlink/dist/structs.js');

/** Structures and attributes of rtnetlink <-> bytes. */
export const routeStructs: typeof import('netlink/dist/rt/gen_structs.js') = require('netlink/dist/rt/gen_structs.js');

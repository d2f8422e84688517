/**
 * The codec modules of the `netlink` package, and only they: its index would load a native socket that
 * we do not use.
 */

/** Flags and types of messages (linux/netlink.h). */
export * as netlinkConstants from 'netlink/dist/constants.js';
/** Structures and attributes of rtnetlink <-> bytes. */
export * as routeStructs from 'netlink/dist/rt/gen_structs.js';
/** Messages, attributes and generic headers <-> bytes. */
export * as netlinkStructs from 'netlink/dist/structs.js';

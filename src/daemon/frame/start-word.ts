/** A word behind the role of a process, which tells it that it belongs to the start of Tandem. */

/** The vrrp process that is started before all else: its warm-up waits for the rest of the start. */
export const FIRST = '--first';

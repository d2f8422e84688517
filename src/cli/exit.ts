/** Exit statuses of the command line; those of a check are keepalived's and come from the front end. */

/** Everything went well. */
export const EXIT_OK = 0;
/** The command failed, or the command line is wrong. */
export const EXIT_FAILED = 1;

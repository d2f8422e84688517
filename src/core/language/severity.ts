/** How bad a finding is, in the three ways that decide something. */

/** How bad it is: `error` = not used as written, `warning` = used, but repaired or unwise, `notice` = to know. */
export type Severity = 'error' | 'warning' | 'notice';

/**
 * Exit status a diagnostic asks of `keepalived -t`: 0 none, 2 a mandatory word is missing (the
 * program stops at once), 4 only things that the host lacks, 5 any other complaint, 6 script
 * security or a strict include.
 */
export type ExitStatus = 0 | 2 | 4 | 5 | 6;

/**
 * What a finding blames. `file`: somebody has to change the configuration. `host`: a state of this host that passes
 * without anybody touching the file, such as an interface that is not there; the same file is right before and after.
 */
export type Cause = 'file' | 'host';

/** Limits of notifications. */
import { type Duration, milliseconds, seconds } from '../base/time.ts';

/** Notify scripts that run at once; the rest waits in order. */
export const SCRIPTS_MAX = 32;

/** A script that runs longer gets SIGTERM, whether anything waits for it or not. */
export const SCRIPT_LIMIT: Duration = seconds(600);

/** While a newer state waits for it, a script gets so long from its start. */
export const PATIENCE: Duration = seconds(30);

/** From the moment at which the newer state came it gets at least this. */
export const PATIENCE_MIN: Duration = seconds(5);

/** A state that waits so long for a script that is busy is said to wait. */
export const PATIENCE_SAID: Duration = seconds(3);

/** At a stop, while its last state waits. */
export const PATIENCE_AT_STOP: Duration = seconds(1);

/**
 * Lines of one FIFO that wait. When there are more, of each subject only the newest is kept, and if even those are too many, the newest of them; so it is when a
 * full FIFO is tried again, too, however few lines wait.
 */
export const LINES_MAX = 4_096;

/** Lines in one order to write. */
export const LINES_AT_ONCE = 256;

/** Until a full FIFO is tried again. */
export const FULL_PAUSE: Duration = milliseconds(500);

/** Until a FIFO that cannot be used is tried again. */
export const BROKEN_PAUSE: Duration = seconds(10);

/** Mails that wait; when there are more, the oldest is given up. */
export const MAILS_MAX = 500;

/** Attempts to deliver one mail: the last one half an hour after the first. */
export const MAIL_ATTEMPTS_MAX = 10;

/** Until the second attempt; each pause after it is three times as long. */
export const MAIL_PAUSE: Duration = seconds(5);

/** The longest pause between two attempts. */
export const MAIL_PAUSE_MAX: Duration = seconds(300);

/** At a stop mails are tried for so long: a relay that hangs is no reason to hold up who restarts us. */
export const MAIL_AT_STOP: Duration = seconds(2);

/** Until the program that reads a FIFO is started again; each pause after it is twice as long. */
export const READER_PAUSE: Duration = seconds(1);

/** The longest such pause. */
export const READER_PAUSE_MAX: Duration = seconds(60);

/** At a stop the FIFO is closed, and so long later its reader gets SIGTERM: it has seen the last lines by then. */
export const READER_GRACE: Duration = milliseconds(500);

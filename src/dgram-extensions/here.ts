/** Where this package's files are. */
import { fileURLToPath } from 'node:url';

/** The directory of the file that this is compiled into, without a slash at its end. Node before 20.11 tells it as a URL only. */
export const HERE: string = import.meta.dirname ?? fileURLToPath(new URL('.', import.meta.url));

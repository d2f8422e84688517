/** How real servers are named among all. */

/** Key of a real server among all: that of its virtual server, a blank, and its `endpointKey`. */
export function serverKey(virtualServerKey: string, realServerKey: string): string {
  return `${virtualServerKey} ${realServerKey}`;
}

/** The date in the header of a mail (RFC 5322 section 3.3). */

const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

let last = { second: Number.NaN, text: '' };

/** `Sat, 28 Nov 2026 13:58:36 +0000`, in the zone of the host; `wall` in milliseconds since the epoch. Each fact asks: a second is put into words once. */
export function mailDate(wall: number): string {
  const second = Math.floor(wall / 1_000);
  if (second !== last.second) last = { second, text: dateText(wall) };
  return last.text;
}

function dateText(wall: number): string {
  const date = new Date(wall);
  const time = [date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(':');
  const west = date.getTimezoneOffset();
  const zone = `${west > 0 ? '-' : '+'}${two(Math.floor(Math.abs(west) / 60))}${two(Math.abs(west) % 60)}`;
  const day = `${DAYS[date.getDay()]}, ${two(date.getDate())} ${MONTHS[date.getMonth()]} ${date.getFullYear()}`;
  return `${day} ${time} ${zone}`;
}

function two(number: number): string {
  return String(number).padStart(2, '0');
}

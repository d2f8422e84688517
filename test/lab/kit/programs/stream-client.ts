/**
 * Holds one TCP connection: `node stream-client.js URL`. Prints a JSON line for each piece that arrives and a last one when the connection
 * ends, so that the lab can tell whether a connection survived what was done to the directors.
 */
import { get } from 'node:http';

const [url = ''] = process.argv.slice(2);

function tell(what: 'piece' | 'ended', text: string): void {
  process.stdout.write(`${JSON.stringify({ atMs: Date.now(), what, text })}\n`);
}

get(url, { agent: false }, (response) => {
  response.setEncoding('utf8');
  response.on('data', (text: string) => tell('piece', text.trim()));
  response.on('end', () => tell('ended', 'closed by the server'));
  response.on('error', (error) => tell('ended', error.message));
}).on('error', (error) => tell('ended', error.message));

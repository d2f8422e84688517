/**
 * Downloads once: `node download-client.js URL`, and looks at each byte. Prints a JSON line for each piece that arrives, with all bytes so far, and a last
 * one that says how it ended (see `DownloadLine` in `../download-client.ts`).
 */
import { get } from 'node:http';
import { downloadBytes } from '../download-bytes.ts';
import type { DownloadLine } from '../download-client.ts';

const [url = ''] = process.argv.slice(2);
let bytes = 0;

function tell(line: Omit<DownloadLine, 'bytes'> = {}): void {
  process.stdout.write(`${JSON.stringify({ bytes, ...line })}\n`);
}

const request = get(url, { agent: false }, (response) => {
  response.on('data', (piece: Buffer) => {
    if (!piece.equals(downloadBytes(bytes, piece.length))) {
      tell({ ended: `other bytes than were sent, between ${bytes} and ${bytes + piece.length}` });
      process.exit();
    }
    bytes += piece.length;
    tell();
  });
  response.on('end', () => tell({ ended: 'complete' }));
  response.on('error', (error) => tell({ ended: error.message }));
});
request.on('error', (error) => tell({ ended: error.message }));

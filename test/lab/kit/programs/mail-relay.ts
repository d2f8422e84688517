/**
 * A small mail relay: `node mail-relay.js PORT MODE_FILE`. It writes what clients say to standard output, one line each, and behaves as the file says
 * when a client connects: `good`, `later` (421), `hang` (never answers), or `slow` (answers byte by byte).
 */
import { readFileSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';

const [, , port = '25', modeFile = ''] = process.argv;

const ANSWERS: Readonly<Record<string, string>> = {
  EHLO: '250-relay\r\n250 SIZE 100000',
  DATA: '354 go on',
  QUIT: '221 bye',
};

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

function serve(socket: Socket): void {
  const mode = readFileSync(modeFile, 'utf8').trim();
  say(`connection ${mode}`);
  socket.on('error', () => undefined);
  if (mode === 'hang') return;
  if (mode === 'slow') {
    const timer = setInterval(() => socket.write('2'), 100);
    socket.on('close', () => clearInterval(timer));
    return;
  }
  if (mode === 'later') {
    socket.end('421 busy\r\n');
    return;
  }
  socket.write('220 relay ready\r\n');
  let rest = '';
  let isMessage = false;
  socket.on('data', (bytes) => {
    const lines = (rest + bytes.toString()).split('\r\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      say(`C ${line}`);
      if (isMessage && line !== '.') continue;
      isMessage = line === 'DATA';
      const word = line.slice(0, 4);
      socket.write(`${ANSWERS[word] ?? '250 ok'}\r\n`);
      if (word === 'QUIT') socket.end();
    }
  });
}

createServer(serve).listen(Number(port), '0.0.0.0', () => say('ready'));

/** A conversation over TCP, in which each side speaks in turn. */
import { Socket } from 'node:net';
import type { DialogueStep } from '../../core/checkers/types.ts';
import { connectionFailure } from './probe-outcome.ts';
import { endpointOf } from './probe-target.ts';
import { readResponse } from './stream-reading.ts';
import type { Transport } from './transport.ts';

/** See `DialogueStep`. */
export const dialogueTransport: Transport<DialogueStep> = (job, step, onFinding) => {
  const { target } = step;
  const timeout = target.connectTimeout;
  job.connect(endpointOf(target), { keep: true }, ({ errno, phase, elapsedUs, fd }) => {
    if (errno < 0) {
      onFinding(connectionFailure(errno, { phase, elapsedUs, timeout }));
      return;
    }
    const stream = new Socket({ fd, readable: true, writable: true });
    const judge = step.talk((bytes) => void stream.write(bytes));
    job.stop = readResponse(stream, {
      judge,
      timeout,
      onFinding: (finding) => {
        job.stop = undefined;
        onFinding(finding);
      },
    });
  });
};

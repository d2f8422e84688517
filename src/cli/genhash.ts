/** `tandem genhash`, and a program named `genhash`: the digest of a page, computed by what checks it. */
import { seconds } from '../core/base/time.ts';
import { pageExchange } from '../core/checkers/http/checker.ts';
import { DigestResponse, type HashedResponse } from '../core/checkers/http/digest-response.ts';
import type { ProbeResult } from '../core/checkers/outcome.ts';
import { endpointKey } from '../core/model/config.ts';
import { exchangeOnce } from '../drivers/probes/single-exchange.ts';
import { EXIT_FAILED, EXIT_OK } from './exit.ts';
import { type GenhashRequest, genhashHelp, parseGenhash } from './genhash-request.ts';
import { blockOf, dumpOf } from './genhash-text.ts';
import { complain, print, tolerateClosedOutput } from './output.ts';

/** Carries a command line (the words behind the name) out; resolves with the exit status. */
export async function genhash(args: readonly string[]): Promise<number> {
  tolerateClosedOutput();
  const parsed = parseGenhash(args);
  if (!parsed.ok) return fail(`${parsed.error} ("tandem genhash --help")`);
  if (parsed.value === 'help') {
    await print(genhashHelp());
    return EXIT_OK;
  }
  const request = parsed.value;
  if (request.sni && (!request.isTls || request.virtualHost === undefined)) {
    const lacking = request.isTls ? '-V (--use-virtualhost)' : '-S (--use-ssl)';
    await complain(`tandem: genhash: --use-sni has no effect without ${lacking}`);
  }
  const { result, response } = await ask(request);
  if (response === undefined) {
    const { address, port } = request;
    return fail(`${endpointKey(address, port)}: ${result.detail}`);
  }
  await show(request, response);
  if (request.verbose) {
    await print(`\nGlobal response time for [${request.path}] = ${result.elapsed} usecs\n`);
  }
  return EXIT_OK;
}

async function ask(request: GenhashRequest): Promise<{
  readonly result: ProbeResult;
  readonly response: HashedResponse | undefined;
}> {
  const { isTls, sni, address, device, port, path, virtualHost, fwmark, timeoutS } = request;
  const target = {
    address,
    port,
    ...(device !== undefined && { sourceInterface: device }),
    ...(fwmark !== undefined && { fwmark }),
    connectTimeout: seconds(timeoutS),
  };
  const type = isTls ? 'SSL_GET' : 'HTTP_GET';
  const check = {
    type,
    target,
    httpVersion: request.httpVersion,
    sni,
    tlsCompliant: false,
  } as const;
  const url = { path, ...(virtualHost !== undefined && { virtualHost }), statusCodes: [] };
  let judge: DigestResponse | undefined;
  const step = pageExchange(check, url, (tools) => {
    judge = new DigestResponse(tools, { keeps: request.verbose });
    return judge;
  });
  const result = await exchangeOnce(step);
  return { result, response: result.outcome === 'ok' ? judge?.result : undefined };
}

async function show(request: GenhashRequest, response: HashedResponse): Promise<void> {
  const { digests, status } = response;
  for (const page of dumpOf(response)) await print(page);
  await print(request.block ? blockOf(request, response) : `${digests.sent}\n`);
  if (status < 200 || status > 299) {
    await complain(
      `tandem: genhash: the status is ${status}: a check takes it with "status_code ${status}" alone`,
    );
  }
  if (digests.content !== undefined) {
    await complain(
      `tandem: genhash: the body came in chunks, as the server cut it; Tandem takes the digest of the content as well: ${digests.content}`,
    );
  }
}

async function fail(why: string): Promise<number> {
  await complain(`tandem: genhash: ${why}`);
  return EXIT_FAILED;
}

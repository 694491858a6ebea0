// The peer's end of the conversation: a JSON object per line, each way. See peer.ts.
import { createInterface } from 'node:readline';

/** Thrown by a peer that lacks an operation, although nothing is wrong. */
export class Unsupported extends Error {}

const say = (answer) => process.stdout.write(`${JSON.stringify(answer)}\n`);

/**
 * Says what the peer is, then answers requests until stdin ends.
 *
 * @param open resolves to { name, about, prepare }; `prepare(request)` resolves to a function that does the work once
 */
export async function serve(open) {
  let peer;
  try {
    peer = await open();
  } catch (error) {
    return say({ error: `${error.message}`.split('\n')[0] });
  }
  say({ name: peer.name, about: peer.about });
  let work;
  for await (const line of createInterface({ input: process.stdin })) {
    const request = JSON.parse(line);
    try {
      if (request.do === 'run') {
        const start = process.hrtime.bigint();
        for (let call = 0; call < request.calls; call++) await work();
        const seconds = Number(process.hrtime.bigint() - start) / 1e9;
        say({ seconds, peakRssMb: Math.round(process.resourceUsage().maxRSS / 1024) });
      } else {
        work = await peer.prepare(request);
        say({});
      }
    } catch (error) {
      say({ [error instanceof Unsupported ? 'unsupported' : 'error']: `${error.message}`.split('\n')[0] });
    }
  }
}

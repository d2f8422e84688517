/**
 * The seed of every property, for all tests of a run: `npm test` gives the same verdict on the same code. Chance belongs to the soaks, which draw their own
 * (`npm run fuzz`, `TANDEM_FUZZ_SECONDS`). `TANDEM_FUZZ_SEED=N` repeats one; `TANDEM_FUZZ_SEED=any` draws another each time.
 */
import fc from 'fast-check';

/** Any number would do. */
const SEED = 9568;

const wanted = process.env['TANDEM_FUZZ_SEED'];
const isSoak = Number(process.env['TANDEM_FUZZ_SECONDS'] ?? '0') > 0;
if (wanted !== 'any' && !(isSoak && wanted === undefined)) {
  fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: Number(wanted ?? SEED) });
}

/** The IPVS driver, codec and planner against a kernel that has IPVS. */
import { declareIpvsSuite } from './guest.ts';

await declareIpvsSuite('ipvs');

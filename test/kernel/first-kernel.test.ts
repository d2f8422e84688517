/** What wants a kernel with IPVS, ipvlan and VRF, which this machine's may lack: all of it in one boot. */
import { declareOnFirstKernel } from './guest.ts';

await declareOnFirstKernel(['ipvs', 'ipvsadm', 'director', 'links', 'vrf']);

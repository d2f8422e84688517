/** What the checks of an instance's settings start from. */
import type { IpFamily } from '../../base/address.ts';
import type { Duration } from '../../base/time.ts';
import type { TypedStatement } from '../typed/values.ts';

/** What is settled about an instance before its other settings are checked. */
export interface InstanceFacts {
  readonly name: string;
  readonly typed: TypedStatement;
  readonly strict: boolean;
  readonly family: IpFamily;
  readonly version: 2 | 3;
  readonly initialState: 'MASTER' | 'BACKUP';
  /** `state MASTER` was written. */
  readonly wantsMaster: boolean;
  readonly priority: number;
  readonly preempt: boolean;
  readonly preemptDelay: Duration;
  readonly hasPeers: boolean;
  /** Member of a sync group that allows no weighted trackers. */
  readonly noWeights: boolean;
}

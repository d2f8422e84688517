/**
 * Making a director of either kind.
 */
import type { LabNode } from '../node.ts';
import type { Director, DirectorKind } from './director.ts';
import { KeepalivedDirector } from './keepalived.ts';
import { TandemDirector } from './tandem.ts';

/** A director program for a node; not started yet. */
export function createDirector(kind: DirectorKind, node: LabNode): Director {
  switch (kind) {
    case 'keepalived':
      return new KeepalivedDirector(node);
    case 'tandem':
      return new TandemDirector(node);
  }
}

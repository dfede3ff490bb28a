import type { MachineState } from '../../engine/from-machine.ts';
import type { MachineGraph } from '../../engine/machine-graph.ts';
import type { Beginnings } from '../../engine/replay.ts';
import type { FleetStore } from './ports.ts';

/** A kind of saga, with what looking at it takes. */
export interface SagaKind extends Beginnings<MachineState<unknown>> {
  readonly kind: string;
  readonly graph: MachineGraph;
  readonly fleet: FleetStore;
}

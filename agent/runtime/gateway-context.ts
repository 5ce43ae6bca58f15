import type { KeyObject } from 'node:crypto';
import type { FaultPlan } from '../../base/fault-plan.ts';
import type { ControlClient } from '../control-channel/control-client.ts';
import type { FlowControl } from '../flow/flow-control.ts';
import type { IdentityAnswers } from '../identity/identity-answers.ts';
import type { WorkerTurns } from '../mover/worker-turns.ts';
import type { AgentTools } from '../options.ts';
import type { KnownPlaces } from '../probe/known-places.ts';
import type { ActivationRecord } from '../state/records.ts';
import type { StateDirectory } from '../state/state-directory.ts';
import type { StepHook } from '../steps.ts';
import type { PlatformSessions } from './platform-sessions.ts';

/** What commands and jobs of an activated gateway work with. */
export interface GatewayContext {
  readonly tools: AgentTools;
  readonly state: StateDirectory;
  readonly record: ActivationRecord;
  readonly control: ControlClient;
  readonly identity: IdentityAnswers;
  /** X25519; opens what the control plane sealed. */
  readonly sealingKey: KeyObject;
  readonly sessions: PlatformSessions;
  /** Where this gateway has been; the probe tries these. */
  readonly places: KnownPlaces;
  /** Limits the traffic of all jobs with the vault. */
  readonly flow: FlowControl;
  /** Shared by the worker threads of all jobs. */
  readonly turns: WorkerTurns;
  readonly deviceDirectory: string;
  readonly step: StepHook;
  /** Planned by a test; empty otherwise. */
  readonly faults: FaultPlan;
}

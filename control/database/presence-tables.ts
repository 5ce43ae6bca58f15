import type { Generated } from 'kysely';

/** One row: the sign of life of all processes together. */
export interface ControlPresenceTable {
  only_row: Generated<boolean>;
  /** When one of them was last there. */
  present_at: Date;
  /** When one of them is there again at the latest; nobody listens after that. */
  due_at: Date;
}

/** A time in which no process listened. */
export interface ControlAbsenceTable {
  began_at: Date;
  ended_at: Date;
}

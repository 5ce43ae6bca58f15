/** One broken rule at one place. */
export interface Violation {
  /** From the repository's root. */
  readonly path: string;
  readonly line: number;
  readonly rule: string;
  readonly message: string;
}

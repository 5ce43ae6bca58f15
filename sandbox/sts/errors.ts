/** What STS answers instead of a result. */
export class StsError extends Error {
  override readonly name = 'StsError';
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

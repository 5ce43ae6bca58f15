/** The error class drivers throw, for packages outside: they import nothing of Holdfast but `holdfast/drivers/*`. */
export { DriverError, type DriverErrorKind, isDriverError } from '../base/errors.ts';

import { z } from 'zod';
import {
  expectations,
  faults,
  logLevel,
  optionalVariable,
  positiveInteger,
  text,
  variable,
  yesOrNo,
} from './variable.ts';

/** Read by every long-running process. */
export const commonVariables = z.object({
  HOLDFAST_LOG_LEVEL: variable(logLevel, 'info', {
    description: 'How much is logged, as JSON lines on standard error.',
    expected: 'debug, info, warn, error or silent',
  }),
  HOLDFAST_DRIVERS: optionalVariable(text, {
    description: 'Packages that bring more drivers, separated by commas; looked for from the current directory.',
    expected: 'package names or paths separated by commas',
  }),
  HOLDFAST_STOP_TIMEOUT_MS: variable(positiveInteger, '10000', {
    description: 'How long a graceful stop may take after SIGTERM or SIGINT before the process ends anyway.',
    expected: expectations.milliseconds,
  }),
  HOLDFAST_STOP_ON_STDIN_END: variable(yesOrNo, 'false', {
    description:
      'Stop gracefully when standard input ends, so that a process does not outlive the one that started it.',
    expected: expectations.yesOrNo,
  }),
  HOLDFAST_FAULTS: optionalVariable(faults, {
    description: 'For tests only: what is to go wrong in this process, see docs/reliability.md.',
    expected: 'a JSON array of planned faults',
  }),
});

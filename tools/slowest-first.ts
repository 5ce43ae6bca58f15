import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Suites that start processes or move whole disks, slowest first; a fresh clone has no timings of its own to go by. */
const slow = [
  'tests/e2e/agent-killed',
  'tests/e2e/several-control-planes',
  'tests/backup-changed-blocks',
  'tests/e2e/',
  'tests/job-trouble',
  'tests/command-line',
  'tests/',
  'agent/mover/',
  'repository/',
];

/** Starts the slowest suites first, so that no core waits for the last of them at the end. */
export class SlowestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification) => {
      const index = slow.findIndex((start) => moduleId.slice(this.ctx.config.root.length + 1).startsWith(start));
      return index < 0 ? slow.length : index;
    };
    return (await super.sort(files)).toSorted((a, b) => rank(a) - rank(b));
  }
}

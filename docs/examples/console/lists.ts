import { type Api, call } from './graphql.ts';

/** A virtual machine as this console shows it. */
export interface ListedVm {
  readonly id: string;
  readonly name: string;
  readonly powerState: string;
  readonly protection: {
    readonly state: string;
    readonly ageSeconds: number | null;
    readonly nextBackup: { readonly id: string } | null;
  } | null;
}

interface Page {
  readonly virtualMachines: {
    readonly nodes: readonly ListedVm[];
    readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
  };
}

const virtualMachines = `query ($first: Int!, $after: String) {
  virtualMachines(first: $first, after: $after, orderBy: NAME_ASC) {
    nodes { id name powerState protection { state ageSeconds nextBackup { id } } }
    pageInfo { hasNextPage endCursor }
  }
}`;

/** Every virtual machine the access key sees, page by page. Pages stay right while machines come and go. */
export async function* listVirtualMachines(api: Api, pageSize = 100): AsyncGenerator<ListedVm> {
  for (let after: string | null = null, isMore = true; isMore; ) {
    const { nodes, pageInfo }: Page['virtualMachines'] = (
      await call<Page>(api, virtualMachines, { first: pageSize, after })
    ).virtualMachines;
    yield* nodes;
    after = pageInfo.endCursor;
    isMore = pageInfo.hasNextPage;
  }
}

interface LogPage {
  readonly job: {
    readonly log: {
      readonly nodes: readonly { readonly at: string; readonly level: string; readonly message: string }[];
    };
  };
}

/** What happened in a job, line by line. */
export async function jobLog(api: Api, jobId: string): Promise<readonly string[]> {
  const query = 'query ($jobId: ID!) { job(id: $jobId) { log(first: 100) { nodes { at level message } } } }';
  const { job } = await call<LogPage>(api, query, { jobId });
  return job.log.nodes.map(({ at, level, message }) => `${at} ${level} ${message}`);
}

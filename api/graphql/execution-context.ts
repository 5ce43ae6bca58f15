import type { Viewer } from '../../control/viewer.ts';
import type { SchemaContext } from '../../schema/context.ts';
import { createLoaders } from '../../schema/loaders.ts';
import type { ClientOrigin } from '../client-origin.ts';
import type { Edge } from './edge.ts';
import type { Session } from './session.ts';

/** What the plugins know of an execution besides what resolvers may use. */
export interface ExecutionContext extends SchemaContext {
  readonly session: Session;
}

/** A context for one execution: nothing in it has been cached yet. */
export function executionContext(
  edge: Edge,
  session: Session,
  viewer: Viewer,
  origin: { readonly requestId: string; readonly client: ClientOrigin },
  signal: AbortSignal,
): ExecutionContext {
  const { control, tailer } = edge;
  return {
    control,
    tailer,
    viewer,
    ...origin,
    signal,
    session,
    loaders: createLoaders(control, viewer),
    currentViewer: () => session.renew(),
  };
}

import { afterAll, beforeAll } from 'vitest';
import type { ApiOptions, RunningApi } from '../../api/start.ts';
import { type ControlScene, createScene } from './control-scene.ts';
import { onDatabases, type Suite } from './on-databases.ts';
import { type Answer, newKey, openApi, read } from './public-api.ts';

/** A suite with the API running over its control context, and a scene to work with. */
export interface ApiSuite extends Suite {
  readonly api: RunningApi;
  readonly scene: ControlScene;
  /** An administrator's access key. */
  readonly key: string;
  /** Posts a document with the administrator's key; top-level errors are thrown. */
  read(document: string, variables?: Record<string, unknown>): Promise<Answer['data']>;
}

/** As `onDatabases`, with the API in front. */
export function onApi(subject: string, define: (suite: ApiSuite) => void, options: Partial<ApiOptions> = {}): void {
  onDatabases(subject, (suite) => {
    let opened: { api: RunningApi; scene: ControlScene; key: string } | undefined;
    const get = () => {
      if (!opened) throw new Error('the suite is not set up yet');
      return opened;
    };
    beforeAll(async () => {
      const { control } = suite;
      opened = {
        api: await openApi(control, 200, options),
        scene: await createScene(control),
        key: await newKey(control),
      };
    });
    afterAll(async () => {
      await opened?.api.close();
    });
    define({
      kind: suite.kind,
      get control() {
        return suite.control;
      },
      get database() {
        return suite.database;
      },
      get api() {
        return get().api;
      },
      get scene() {
        return get().scene;
      },
      get key() {
        return get().key;
      },
      read: (document, variables) => read(get().api, get().key, document, variables),
    });
  });
}

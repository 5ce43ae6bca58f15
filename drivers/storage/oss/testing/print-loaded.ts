/** With `node --import`: at the end, prints every module that was loaded, one a line, on standard error. */
import { registerHooks } from 'node:module';
import { fileURLToPath } from 'node:url';

const loaded = new Set<string>();
registerHooks({
  load(url, context, nextLoad) {
    if (url.startsWith('file:')) loaded.add(fileURLToPath(url));
    return nextLoad(url, context);
  },
});
process.on('exit', () => process.stderr.write(`${[...loaded].join('\n')}\n`));

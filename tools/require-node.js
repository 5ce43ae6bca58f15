// Plain JavaScript that an old Node can read: it says why the rest, which is TypeScript, cannot start.
const major = Number(process.versions.node.split('.')[0]);
if (major < 24) {
  console.error(
    [
      `Holdfast needs Node 24 or later, and this is Node ${process.versions.node}.`,
      'On Linux "npm ci" brings Node 24 along as an optional dependency and npm scripts use it: run "npm ci" again, without',
      '--omit=optional. Elsewhere install Node 24 from https://nodejs.org.',
    ].join('\n'),
  );
  process.exit(1);
}

/** All of the pages' style, inline: the gateway serves nothing but its pages. */
export const pageStyle = `
:root { color-scheme: light dark; --ink: #17212b; --soft: #55636f; --line: #cdd6de; --edge: #7d8b98; --paper: #f4f6f8; --card: #fff; --accent: #0a58a8; --on-accent: #fff; --bad: #b3261e; --bad-paper: #fdf2f1; --good: #176c41; --good-paper: #eef7f1; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6ebf0; --soft: #a9b5c1; --line: #35414d; --edge: #75838f; --paper: #11161b; --card: #1a2128; --accent: #7cbbf8; --on-accent: #0c1a28; --bad: #ff9d94; --bad-paper: #2b1a1a; --good: #7bdcaa; --good-paper: #14261d; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 1rem/1.55 system-ui, "PingFang SC", "Hiragino Sans", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif; }
html:lang(ja) body { font-family: system-ui, "Hiragino Sans", "Yu Gothic UI", Meiryo, "Noto Sans CJK JP", sans-serif; }
header { background: var(--card); border-bottom: 1px solid var(--line); }
.bar { max-width: 52rem; margin: 0 auto; padding: .5rem 1rem; display: flex; flex-wrap: wrap; align-items: center; gap: .25rem 1rem; }
.product { margin: 0; font-weight: 600; flex: 1 1 auto; }
.languages { display: flex; flex-wrap: wrap; }
main { max-width: 52rem; margin: 1.75rem auto 3rem; padding: 0 1rem; }
h1 { font-size: 1.5rem; line-height: 1.3; margin: 0 0 .25rem; overflow-wrap: anywhere; } h2 { font-size: 1.1rem; margin: 0 0 .75rem; }
.card > p:first-child { margin-top: 0; }
.card { background: var(--card); border: 1px solid var(--line); border-radius: .5rem; padding: 1.25rem; margin: 1rem 0; }
.narrow { max-width: 28rem; }
.lead, .hint { color: var(--soft); margin: 0; } .hint { font-size: .9rem; margin: .25rem 0 0; }
fieldset { border: 0; padding: 0; margin: 0 0 1.75rem; min-width: 0; } legend { font-size: 1.1rem; font-weight: 600; padding: 0; margin-bottom: .6rem; }
.field { margin: 0 0 1rem; } label { display: block; font-weight: 600; margin-bottom: .25rem; }
.pair { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 15rem), 1fr)); gap: 0 1.25rem; }
input, select, textarea { width: 100%; padding: .5rem .6rem; font: inherit; color: inherit; background: var(--card); border: 1px solid var(--edge); border-radius: .35rem; }
input[type=checkbox] { width: auto; margin: 0 .4rem 0 0; }
textarea { min-height: 6rem; font-family: ui-monospace, monospace; font-size: .85rem; overflow-wrap: anywhere; }
[aria-invalid=true] { border: 2px solid var(--bad); }
.error { color: var(--bad); font-size: .95rem; margin: .25rem 0 0; }
.alert, .note { border: 1px solid var(--bad); border-left-width: .35rem; border-radius: .35rem; background: var(--bad-paper); padding: .75rem 1rem; margin: 1rem 0; }
.note { border-color: var(--good); background: var(--good-paper); }
.alert p, .note p, .alert ul { margin: 0 0 .35rem; } .alert :last-child, .note :last-child { margin-bottom: 0; }
.alert ul { padding-left: 1.25rem; } .alert a:not(.button) { color: var(--bad); }
a { color: var(--accent); }
button, .button { display: inline-block; font: inherit; font-weight: 600; padding: .5rem 1.1rem; border: 1px solid var(--accent); border-radius: .35rem; background: var(--accent); color: var(--on-accent); cursor: pointer; text-decoration: none; }
.second { background: var(--card); color: var(--accent); }
button.quiet { border-color: transparent; background: none; color: var(--accent); font-weight: 400; padding: .3rem .55rem; }
button.quiet[aria-current] { color: var(--ink); font-weight: 600; text-decoration: underline; text-underline-offset: .3em; text-decoration-thickness: 2px; }
[hidden] { display: none; }
.actions { display: flex; flex-wrap: wrap; align-items: center; gap: .6rem .75rem; margin: 1rem 0 0; } .actions p { margin: 0; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
dl { display: grid; grid-template-columns: minmax(9rem, max-content) 1fr; gap: .4rem 1.5rem; margin: 0; } dt { color: var(--soft); } dd { margin: 0; overflow-wrap: anywhere; }
table { width: 100%; border-collapse: collapse; } th, td { text-align: left; vertical-align: top; padding: .5rem .5rem .5rem 0; border-bottom: 1px solid var(--line); overflow-wrap: anywhere; } th { font-weight: 600; }
td.time { white-space: nowrap; padding-right: 0; } table th[scope=row] { min-width: 12rem; }
progress { width: 100%; height: .7rem; accent-color: var(--accent); }
.job { border-top: 1px solid var(--line); padding: .75rem 0; } .job:first-of-type { border-top: 0; padding-top: 0; } .job h3 { font-size: 1rem; margin: 0 0 .15rem; overflow-wrap: anywhere; } .job p { margin: 0; }
.good { color: var(--good); font-weight: 600; } .bad { color: var(--bad); font-weight: 600; }
.fingerprint { font-family: ui-monospace, monospace; font-size: .85rem; overflow-wrap: anywhere; }
@media (max-width: 36rem) {
  dl { grid-template-columns: 1fr; gap: 0; } dd { margin-bottom: .6rem; }
  .stack thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  table th[scope=row] { min-width: 0; }
  .stack tr, .stack th, .stack td { display: block; border: 0; padding: .1rem 0; } .stack tr { border-bottom: 1px solid var(--line); padding: .6rem 0; }
}
`;

/** All of the pages' style, inline: the gateway serves nothing but its pages. */
export const pageStyle = `
:root { color-scheme: light dark; --ink: #1c2733; --soft: #5b6b7a; --line: #c9d2db; --paper: #f5f7f9; --card: #fff; --accent: #0b5cad; --bad: #b3261e; --good: #1a7f4b; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6ebf0; --soft: #a3b0bd; --line: #3c4854; --paper: #12171c; --card: #1b2229; --accent: #6cb2f7; --bad: #ff8a80; --good: #6fd6a0; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 1rem/1.5 system-ui, sans-serif; }
main { max-width: 44rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.5rem; margin: 0 0 .25rem; } h2 { font-size: 1.1rem; margin: 0 0 1rem; }
.card { background: var(--card); border: 1px solid var(--line); border-radius: .5rem; padding: 1.25rem; margin: 1rem 0; }
.lead, .hint { color: var(--soft); margin: 0; } .hint { font-size: .875rem; }
fieldset { border: 0; padding: 0; margin: 0 0 1.25rem; } legend { font-weight: 600; padding: 0; margin-bottom: .5rem; }
.field { margin: 0 0 1rem; } label { display: block; font-weight: 600; }
input, select, textarea { width: 100%; padding: .5rem .6rem; font: inherit; color: inherit; background: var(--card); border: 1px solid var(--line); border-radius: .35rem; }
textarea { min-height: 6rem; font-family: ui-monospace, monospace; font-size: .85rem; overflow-wrap: anywhere; }
[aria-invalid=true] { border-color: var(--bad); }
.error { color: var(--bad); font-size: .9rem; margin: .25rem 0 0; }
.alert { border: 1px solid var(--bad); border-radius: .5rem; padding: .75rem 1rem; color: var(--bad); margin: 1rem 0; }
button { font: inherit; font-weight: 600; padding: .55rem 1.1rem; border: 0; border-radius: .35rem; background: var(--accent); color: var(--card); cursor: pointer; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .35rem 1.25rem; margin: 0; } dt { color: var(--soft); } dd { margin: 0; overflow-wrap: anywhere; }
table { width: 100%; border-collapse: collapse; } th, td { text-align: left; padding: .4rem .5rem; border-bottom: 1px solid var(--line); } progress { width: 100%; }
.good { color: var(--good); } .bad { color: var(--bad); } summary { cursor: pointer; font-weight: 600; } details[open] summary { margin-bottom: 1rem; }
`;

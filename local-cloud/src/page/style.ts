/** One column on a phone, tables on a wide screen; the system's fonts and light or dark theme. */
export const STYLE = `
:root { color-scheme: light dark; --ground: #f6f7f9; --card: #fff; --ink: #1c2430; --soft: #5b6675; --line: #e1e5ea;
  --good: #12703c; --good-ground: #e2f4e9; --bad: #a3231f; --bad-ground: #fdeaea; --warn: #7d5200; --warn-ground: #fdf1d8; --accent: #1d4fb8; }
@media (prefers-color-scheme: dark) { :root { --ground: #12161c; --card: #1a2029; --ink: #e6eaf0; --soft: #98a4b3; --line: #2b333f;
  --good: #6fd39b; --good-ground: #173426; --bad: #ff9b97; --bad-ground: #402023; --warn: #f2c572; --warn-ground: #3a2e16; --accent: #8fb4ff; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--ink); font: 15px/1.45 system-ui, sans-serif; }
main { max-width: 75rem; margin: 0 auto; padding: 1.25rem 1rem 3rem; }
header { display: flex; flex-wrap: wrap; align-items: baseline; justify-content: space-between; gap: .25rem 1rem; }
h1 { margin: 0; font-size: 1.4rem; } h2 { margin: 2rem 0 .6rem; font-size: 1.05rem; } h2 small { color: var(--soft); font-weight: 400; }
header p, .empty, footer { color: var(--soft); margin: 0; }
a { color: var(--accent); }
.figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(9rem, 1fr)); gap: .75rem; margin: 1.25rem 0 0; padding: 0; list-style: none; }
.figures li, .card { background: var(--card); border: 1px solid var(--line); border-radius: .6rem; }
.figures li { padding: .7rem .9rem; } .figures b { display: block; font-size: 1.5rem; line-height: 1.2; font-variant-numeric: tabular-nums; }
.figures span { color: var(--soft); font-size: .85rem; } .figures .warn b { color: var(--warn); }
.card { overflow: hidden; } .empty { padding: .8rem .9rem; }
table { width: 100%; border-collapse: collapse; }
th { text-align: left; font-size: .78rem; font-weight: 600; color: var(--soft); padding: .55rem .9rem .4rem; white-space: nowrap; }
td { padding: .5rem .9rem; border-top: 1px solid var(--line); vertical-align: top; overflow-wrap: anywhere; }
td.figure, th.figure { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
code { font: .87em/1.5 ui-monospace, monospace; } .soft { color: var(--soft); } .whole { white-space: nowrap; }
.tag { display: inline-block; border-radius: 1rem; padding: 0 .55rem; font-size: .82rem; white-space: nowrap; background: var(--line); }
.good { color: var(--good); background: var(--good-ground); } .bad { color: var(--bad); background: var(--bad-ground); } .warned { color: var(--warn); background: var(--warn-ground); }
ul.plain { margin: 0; padding: 0; list-style: none; } footer { margin-top: 2.5rem; font-size: .85rem; }
@media (max-width: 44rem) {
  main { padding: 1rem .75rem 2rem; }
  .figures { grid-template-columns: repeat(2, 1fr); } .figures b { font-size: 1.25rem; }
  thead { display: none; } table, tbody, tr, td { display: block; }
  tr { padding: .5rem .9rem; border-top: 1px solid var(--line); } tr:first-child { border-top: 0; }
  td, td.figure { display: grid; grid-template-columns: 6.5rem 1fr; gap: .75rem; border: 0; padding: .15rem 0; text-align: left; }
  td::before { content: attr(data-title); color: var(--soft); font-size: .82rem; }
}
`;

import {createHash} from 'node:crypto'

/** The pages of the callback server. Nothing that came with a request is ever shown. */
export type PageName =
  'declined' | 'done' | 'failed' | 'ignored' | 'not-found' | 'other-method' | 'refused' | 'replayed'

/** Whom the last page names: as the issuer and the command line do, never as a request does. */
export interface SignedInFacts {
  readonly account?: string | undefined
  readonly issuer?: string | undefined
}

interface Words {
  readonly status: number
  readonly title: string
  readonly text: string
  /** A command for the terminal. */
  readonly next?: readonly [why: string, command: string]
  readonly mark: 'bad' | 'good' | 'neutral'
}

const CLOSE = 'You can close this tab.'
const AGAIN = ['To try again', 'superset auth login'] as const

const PAGES: Readonly<Record<PageName, Words>> = {
  declined: {
    status: 200,
    title: 'Sign-in declined',
    text: `Nothing was changed. ${CLOSE}`,
    next: AGAIN,
    mark: 'neutral',
  },
  done: {
    status: 200,
    title: 'You are signed in',
    text: `Go back to your terminal. ${CLOSE}`,
    next: ['To see who is signed in, and where that is kept', 'superset auth status'],
    mark: 'good',
  },
  failed: {
    status: 200,
    title: 'Sign-in was not completed',
    text: `Your terminal says why. ${CLOSE}`,
    next: AGAIN,
    mark: 'bad',
  },
  ignored: {
    status: 400,
    title: 'This page belongs to another sign-in',
    text: 'Nothing was changed. Use the sign-in page that was opened last.',
    mark: 'neutral',
  },
  'not-found': {status: 404, title: 'Not found', text: 'There is nothing here.', mark: 'neutral'},
  'other-method': {status: 405, title: 'Method not allowed', text: 'There is nothing here.', mark: 'neutral'},
  refused: {
    status: 400,
    title: 'Sign-in was refused',
    text: `Your terminal says why. ${CLOSE}`,
    next: AGAIN,
    mark: 'bad',
  },
  replayed: {status: 409, title: 'Already signed in', text: `This sign-in is over. ${CLOSE}`, mark: 'neutral'},
}

const STYLE = `
:root { color-scheme: light dark; --ink: #16181d; --soft: #5b6270; --line: #d9dde4; --card: #fff; --back: #f3f4f7;
  --good: #1a7f4b; --bad: #b3261e; }
@media (prefers-color-scheme: dark) { :root { --ink: #eceef2; --soft: #a3aab7; --line: #343a45; --card: #1b1f27;
  --back: #111419; --good: #5fd39a; --bad: #ff8a80; } }
* { box-sizing: border-box; }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; padding: 1.25rem; background: var(--back);
  color: var(--ink); font: 1rem/1.55 system-ui, sans-serif; }
main { width: 100%; max-width: 30rem; padding: 2rem; background: var(--card); border: 1px solid var(--line);
  border-radius: 14px; border-top: 4px solid var(--soft); }
main.good { border-top-color: var(--good); } main.bad { border-top-color: var(--bad); }
.brand { margin: 0 0 1.25rem; color: var(--soft); font-size: .85rem; letter-spacing: .02em; }
h1 { margin: 0 0 .5rem; font-size: 1.4rem; line-height: 1.3; text-wrap: balance; }
p { margin: .5rem 0; }
dl { display: grid; grid-template-columns: auto 1fr; gap: .25rem 1rem; margin: 1.25rem 0; padding: 1rem 0;
  border: solid var(--line); border-width: 1px 0; }
dt, .next { color: var(--soft); } dd { margin: 0; overflow-wrap: anywhere; }
.next { margin-top: 1.25rem; font-size: .9rem; }
code { display: inline-block; color: var(--ink); font: .95em ui-monospace, monospace; }
@media (max-width: 26rem) { main { padding: 1.25rem; } dl { grid-template-columns: 1fr; } dd { margin-bottom: .4rem; } }
`

export interface Page {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** No script, no style but ours, no referrer, nothing kept: the address of the page before held the code. */
export const SAFE_HEADERS: Readonly<Record<string, string>> = {
  'cache-control': 'no-store',
  connection: 'close',
  'content-security-policy': `default-src 'none'; style-src '${hashOf(STYLE)}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
}

export function page(name: PageName, facts: SignedInFacts = {}): Page {
  const {mark, next, status, text, title} = PAGES[name]
  const rows = name === 'done' ? [...row('Account', facts.account), ...row('Signed in at', facts.issuer)] : []
  return {
    status,
    headers: {
      ...SAFE_HEADERS,
      'content-type': 'text/html; charset=utf-8',
      ...(name === 'other-method' && {allow: 'GET'}),
    },
    body: `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} · superset</title><style>${STYLE}</style></head>
<body><main class="${mark}"><p class="brand">superset</p><h1>${title}</h1>
<p>${text}</p>${rows.length === 0 ? '' : `\n<dl>${rows.join('')}</dl>`}${next ? `\n<p class="next">${next[0]}: <code>${next[1]}</code></p>` : ''}
</main></body>
</html>
`,
  }
}

function row(name: string, value: string | undefined): readonly string[] {
  return value === undefined ? [] : [`<dt>${name}</dt><dd>${escaped(value)}</dd>`]
}

const ENTITIES: Readonly<Record<string, string>> = {'"': '&quot;', '&': '&amp;', "'": '&#39;', '<': '&lt;', '>': '&gt;'}
/** Longer than any name that a person reads. */
const LONGEST = 200

/** What an issuer says of somebody: text, and nothing that turns the text around it. */
function escaped(text: string): string {
  const shown = text
    .slice(0, LONGEST)
    .toWellFormed()
    .replaceAll(/[\p{C}\p{Zl}\p{Zp}]/gu, ' ')
  return shown.replaceAll(/["&'<>]/g, (character) => ENTITIES[character] ?? character)
}

/** As a policy names a style (CSP 3, 2.3.1). */
function hashOf(style: string): string {
  return `sha256-${createHash('sha256').update(style).digest('base64')}`
}

/** Markup that may be put into a page as it is. */
export interface Html {
  readonly markup: string
}

type Part = Html | readonly Html[] | string | number | undefined

const ENTITIES: Readonly<Record<string, string>> = {'"': '&quot;', '&': '&amp;', "'": '&#39;', '<': '&lt;', '>': '&gt;'}

/** Builds markup; whatever is put in is escaped unless it is markup itself. */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Html {
  return {markup: String.raw({raw: strings}, ...parts.map(render))}
}

function render(part: Part): string {
  if (part === undefined) return ''
  if (typeof part === 'string' || typeof part === 'number') return escape(String(part))
  return 'markup' in part ? part.markup : part.map(({markup}) => markup).join('')
}

function escape(text: string): string {
  return text.replaceAll(/["&'<>]/g, (character) => ENTITIES[character] ?? character)
}

const STYLE = `
  :root { color-scheme: light dark; --ink: #16181d; --soft: #646b78; --line: #d9dde4; --card: #fff; --back: #f3f4f7;
    --accent: #2f5bea; --warn: #b3261e; }
  @media (prefers-color-scheme: dark) { :root { --ink: #eceef2; --soft: #9aa1ae; --line: #343a45; --card: #1b1f27;
    --back: #111419; --accent: #7c9bff; --warn: #ff8a80; } }
  * { box-sizing: border-box; }
  body { margin: 0; min-height: 100vh; display: grid; place-items: center; padding: 1.5rem; background: var(--back);
    color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
  main { width: 100%; max-width: 29rem; padding: 2rem; background: var(--card); border: 1px solid var(--line);
    border-radius: 14px; }
  .brand { margin: 0 0 1.25rem; color: var(--soft); font-size: .85rem; letter-spacing: .02em; }
  h1 { margin: 0 0 .5rem; font-size: 1.35rem; line-height: 1.3; }
  p { margin: .5rem 0; }
  .soft { color: var(--soft); font-size: .9rem; }
  .warn { color: var(--warn); }
  form { display: grid; gap: 1rem; margin-top: 1.25rem; }
  label.field { display: grid; gap: .3rem; font-size: .9rem; font-weight: 600; }
  input[type=email], input[type=password] { padding: .6rem .7rem; font: inherit; color: inherit; width: 100%;
    background: transparent; border: 1px solid var(--line); border-radius: 8px; }
  fieldset { margin: 0; padding: 0; border: 0; display: grid; gap: .5rem; }
  legend { padding: 0; margin-bottom: .4rem; font-size: .9rem; font-weight: 600; }
  label.choice { display: flex; gap: .6rem; align-items: center; padding: .6rem .7rem; border: 1px solid var(--line);
    border-radius: 8px; cursor: pointer; }
  label.choice:has(:checked) { border-color: var(--accent); }
  .buttons { display: flex; gap: .75rem; }
  button { flex: 1; padding: .65rem 1rem; font: inherit; font-weight: 600; cursor: pointer; border-radius: 8px;
    border: 1px solid var(--accent); background: var(--accent); color: var(--card); }
  button.quiet { background: transparent; border-color: var(--line); color: var(--ink); }
  :focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
  code.box { display: block; margin: 1rem 0; padding: .8rem; overflow-wrap: anywhere; user-select: all;
    border: 1px dashed var(--line); border-radius: 8px; font: 14px/1.5 ui-monospace, monospace; }
  dl { display: grid; grid-template-columns: auto 1fr; gap: .25rem .9rem; margin: 1rem 0 0; font-size: .9rem; }
  dt { color: var(--soft); } dd { margin: 0; overflow-wrap: anywhere; }
`

/** A whole page. It needs nothing but itself: no script, no font, no image. */
export function page(title: string, content: Html, status = 200): Response {
  const {markup} = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title} · Superset sandbox</title>
        <style>
          ${{markup: STYLE}}
        </style>
      </head>
      <body>
        <main>
          <p class="brand">Superset sandbox</p>
          ${content}
        </main>
      </body>
    </html>`
  return new Response(markup, {
    status,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
    },
  })
}

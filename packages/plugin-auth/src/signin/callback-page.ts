/** The pages of the callback server. Fixed texts: nothing that came with a request is ever shown. */
export type PageName =
  'declined' | 'done' | 'failed' | 'ignored' | 'not-found' | 'other-method' | 'refused' | 'replayed'

const PAGES: Readonly<Record<PageName, {readonly status: number; readonly title: string; readonly text: string}>> = {
  declined: {status: 200, title: 'Sign-in declined', text: 'Nothing was changed. You can close this tab.'},
  done: {status: 200, title: 'You are signed in', text: 'Go back to your terminal. You can close this tab.'},
  failed: {status: 200, title: 'Sign-in was not completed', text: 'Your terminal says why. You can close this tab.'},
  ignored: {
    status: 400,
    title: 'This page belongs to another sign-in',
    text: 'Nothing was changed. Use the sign-in page that was opened last.',
  },
  'not-found': {status: 404, title: 'Not found', text: 'There is nothing here.'},
  'other-method': {status: 405, title: 'Method not allowed', text: 'There is nothing here.'},
  refused: {status: 400, title: 'Sign-in was refused', text: 'Your terminal says why. You can close this tab.'},
  replayed: {status: 409, title: 'Already signed in', text: 'This sign-in is over. You can close this tab.'},
}

export interface Page {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** No script, no style, no referrer, nothing kept: the address of the page before held the code. */
export const SAFE_HEADERS: Readonly<Record<string, string>> = {
  'cache-control': 'no-store',
  connection: 'close',
  'content-security-policy': "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
}

export function page(name: PageName): Page {
  const {status, title, text} = PAGES[name]
  return {
    status,
    headers: {
      ...SAFE_HEADERS,
      'content-type': 'text/html; charset=utf-8',
      ...(name === 'other-method' && {allow: 'GET'}),
    },
    body: `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>${title}</title></head>
<body><h1>${title}</h1><p>${text}</p></body>
</html>
`,
  }
}

import {type Exchange} from '../http.ts'
import {html, page} from './html.ts'
import {problemPage} from './problem.ts'

export const CODE_PATH = '/cli/auth/code'

/** Shows `<code>#<state>` for a person to carry to a terminal whose machine this browser cannot reach. */
export function codePage({request}: Exchange): Response {
  const {searchParams} = new URL(request.url)
  const code = searchParams.get('code')
  const state = searchParams.get('state')
  if (!code || !state) {
    const error = searchParams.get('error')
    if (error === 'access_denied') return problemPage('Access denied', 'You may close this page.', 200)
    return problemPage('Nothing to copy', error ?? 'This page is reached at the end of a sign-in.', 400)
  }

  return page(
    'Copy the code',
    html`<h1>Copy this code</h1>
      <p>Paste it into the terminal that waits for it. It can be used once, within ten minutes.</p>
      <code class="box" id="code">${`${code}#${state}`}</code>
      <p class="soft">Give it to nobody: whoever has it can finish your sign-in.</p>`,
  )
}

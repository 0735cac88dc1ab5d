import {type AuthorizationServer} from '../authorization-server.ts'
import {type Exchange} from '../http.ts'
import {html, page} from './html.ts'
import {callEndpoint, redirect} from './endpoint.ts'

/** The form for e-mail address and password. The query is the signed authorization request that led here. */
export function signInPage({request}: Exchange): Response {
  return signInForm({oauthQuery: new URL(request.url).search.slice(1), email: ''})
}

/** Checks the password and goes on with the authorization request that led here. */
export async function signIn(exchange: Exchange, url: string, server: AuthorizationServer): Promise<Response> {
  const form = new URLSearchParams(exchange.body)
  const oauthQuery = form.get('oauth_query') ?? ''
  const email = form.get('email') ?? ''
  const answer = await callEndpoint(exchange.request, url, server, '/api/auth/sign-in/email', {
    email,
    password: form.get('password') ?? '',
    ...(oauthQuery ? {oauth_query: oauthQuery} : {}),
  })
  if (answer.status === 401 || answer.status === 400) {
    const problem = answer.error === 'invalid_signature' ? 'This sign-in has expired. Start it again.' : undefined
    return signInForm({oauthQuery, email}, problem ?? 'Wrong e-mail address or password.', 401)
  }

  return redirect(answer.location ?? `${url}/`, answer.cookies)
}

function signInForm(form: {oauthQuery: string; email: string}, problem?: string, status = 200): Response {
  const warning = problem && html`<p class="warn" role="alert">${problem}</p>`
  return page(
    'Sign in',
    html`<h1>Sign in</h1>
      <p class="soft">Accounts here are made up. The terminal that started the sandbox shows them.</p>
      ${warning || undefined}
      <form method="post" action="/sign-in">
        <input type="hidden" name="oauth_query" value="${form.oauthQuery}" />
        <label class="field"
          >E-mail address
          <input type="email" name="email" value="${form.email}" autocomplete="username" required autofocus />
        </label>
        <label class="field"
          >Password
          <input type="password" name="password" autocomplete="current-password" required />
        </label>
        <div class="buttons"><button type="submit">Sign in</button></div>
      </form>`,
    status,
  )
}

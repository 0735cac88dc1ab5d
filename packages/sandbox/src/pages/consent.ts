import {type DatabaseSync} from 'node:sqlite'
import {type AuthorizationServer} from '../authorization-server.ts'
import {type Exchange} from '../http.ts'
import {organizationsOf} from '../memberships.ts'
import {callEndpoint, redirect} from './endpoint.ts'
import {html, page} from './html.ts'
import {problemPage} from './problem.ts'

interface Services {
  readonly url: string
  readonly database: DatabaseSync
  readonly server: AuthorizationServer
}

/** Asks the signed-in person whether the client may act for them, and for which organization. */
export async function consentPage({request}: Exchange, {url, database, server}: Services): Promise<Response> {
  const {search, searchParams} = new URL(request.url)
  const account = await server.account(request.headers)
  if (!account) return redirect(`${url}/sign-in${search}`)
  const organizations = organizationsOf(database, account.id)
  const preferred = organizations.find(({id}) => id === account.activeOrganizationId) ?? organizations[0]
  const client = clientName(database, searchParams.get('client_id') ?? '')
  const choices = organizations.map(
    ({id, name, slug}) =>
      html`<label class="choice">
        <input type="radio" name="organization" value="${id}" ${checked(id === preferred?.id)} />
        <span>${name} <span class="soft">${slug}</span></span>
      </label>`,
  )
  return page(
    'Allow access',
    html`<h1>Allow ${client} to act for you?</h1>
      <p class="soft">Signed in as ${account.name} (${account.email})</p>
      <form method="post" action="/oauth/consent">
        <input type="hidden" name="oauth_query" value="${search.slice(1)}" />
        <fieldset>
          <legend>Organization</legend>
          ${choices}
        </fieldset>
        <div class="buttons">
          <button type="submit" name="decision" value="allow">Allow</button>
          <button type="submit" name="decision" value="deny" class="quiet">Deny</button>
        </div>
      </form>
      <dl>
        <dt>It may</dt>
        <dd>${describeScopes(searchParams.get('scope') ?? '')}</dd>
        <dt>Answer goes to</dt>
        <dd>${searchParams.get('redirect_uri') ?? ''}</dd>
      </dl>`,
  )
}

/** Carries the person's decision to the authorization server and the browser to the client. */
export async function decide(exchange: Exchange, {url, database, server}: Services): Promise<Response> {
  const form = new URLSearchParams(exchange.body)
  const account = await server.account(exchange.request.headers)
  const query = form.get('oauth_query') ?? ''
  if (!account) return redirect(`${url}/sign-in?${query}`)
  const accept = form.get('decision') === 'allow'
  const organizationId = form.get('organization')
  if (accept && organizationId) {
    if (!organizationsOf(database, account.id).some(({id}) => id === organizationId)) {
      return problemPage('Not your organization', 'You do not belong to the organization that was chosen.', 403)
    }

    await server.chooseOrganization(exchange.request.headers, organizationId)
  }

  const answer = await callEndpoint(exchange.request, url, server, '/api/auth/oauth2/consent', {
    accept,
    oauth_query: query,
  })
  if (answer.location) return redirect(answer.location, answer.cookies)
  return problemPage('This request has expired', 'Go back to the terminal and start the sign-in again.', 400)
}

function checked(yes: boolean) {
  return yes ? html`checked` : undefined
}

function clientName(database: DatabaseSync, clientId: string): string {
  const row = database.prepare('SELECT name FROM oauthClient WHERE clientId = ?').get(clientId)
  return typeof row?.['name'] === 'string' ? row['name'] : clientId
}

const SCOPE_TEXTS: Readonly<Record<string, string>> = {
  openid: 'know who you are',
  profile: 'see your name',
  email: 'see your e-mail address',
  offline_access: 'stay signed in until you revoke it',
}

function describeScopes(scope: string): string {
  const scopes = scope.split(' ').filter(Boolean)
  return scopes.map((name) => SCOPE_TEXTS[name] ?? name).join(', ')
}

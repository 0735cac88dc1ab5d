import {type IncomingMessage, type ServerResponse} from 'node:http'
import {text} from 'node:stream/consumers'
import {html, page} from '@superset/sandbox/loopback'
import type Provider from 'oidc-provider'

type Details = Awaited<ReturnType<Provider['interactionDetails']>>

/** The provider's pages for people: who are you (no password is asked), and do you allow it. */
export async function handleInteraction(provider: Provider, request: IncomingMessage, response: ServerResponse) {
  const details = await provider.interactionDetails(request, response)
  if (request.method === 'POST') {
    const form = new URLSearchParams(await text(request))
    const result = await decide(provider, details, form)
    await provider.interactionFinished(request, response, result, {mergeWithLastSubmission: true})
    return
  }

  const answer = details.prompt.name === 'login' ? loginPage(details) : consentPage(details)
  response.writeHead(answer.status, Object.fromEntries(answer.headers)).end(await answer.text())
}

function loginPage({uid}: Details): Response {
  return page(
    'Sign in',
    html`<h1>Sign in</h1>
      <form method="post" action="/interaction/${uid}">
        <label class="field">E-mail address<input type="email" name="email" required autofocus /></label>
        <div class="buttons"><button type="submit">Sign in</button></div>
      </form>`,
  )
}

function consentPage({uid, params, session}: Details): Response {
  return page(
    'Allow access',
    html`<h1>Allow ${String(params['client_id'])} to act for you?</h1>
      <p class="soft">Signed in as ${session?.accountId}</p>
      <form method="post" action="/interaction/${uid}">
        <div class="buttons">
          <button type="submit" name="decision" value="allow">Allow</button>
          <button type="submit" name="decision" value="deny" class="quiet">Deny</button>
        </div>
      </form>`,
  )
}

async function decide(provider: Provider, details: Details, form: URLSearchParams): Promise<Record<string, unknown>> {
  const {prompt, params, session} = details
  if (prompt.name === 'login') return {login: {accountId: form.get('email') ?? ''}}
  if (form.get('decision') !== 'allow') {
    return {error: 'access_denied', error_description: 'The person said no'}
  }

  const grant = new provider.Grant({accountId: session?.accountId ?? '', clientId: String(params['client_id'])})
  const {missingOIDCScope, missingOIDCClaims, missingResourceScopes} = prompt.details
  if (missingOIDCScope) grant.addOIDCScope(missingOIDCScope.join(' '))
  if (missingOIDCClaims) grant.addOIDCClaims(missingOIDCClaims)
  for (const [resource, scopes] of Object.entries(missingResourceScopes ?? {})) {
    grant.addResourceScope(resource, scopes.join(' '))
  }

  return {consent: {grantId: await grant.save()}}
}

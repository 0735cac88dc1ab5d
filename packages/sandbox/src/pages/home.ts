import {html, page} from './html.ts'

/** What a person sees who opens the sandbox's address. */
export function homePage(url: string, signedInAs: string | undefined): Response {
  return page(
    'Home',
    html`<h1>The Superset service, on this machine</h1>
      <p>${signedInAs ? `You are signed in as ${signedInAs}.` : 'You are not signed in.'}</p>
      <p class="soft">Sign in from a terminal, with <code>superset auth login</code> and</p>
      <code class="box">export SUPERSET_API_URL=${url}</code>`,
  )
}

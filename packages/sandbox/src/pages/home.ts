import {html, page} from './html.ts'

/** What a person sees who opens the sandbox's address. */
export function homePage(url: string, signedInAs: string | undefined): Response {
  return page(
    'Home',
    html`<h1>The Superset service, on this machine</h1>
      <p class="soft">
        ${signedInAs ? `This browser is signed in as ${signedInAs}.` : 'This browser is not signed in.'}
      </p>
      <p>Point a terminal here, then run <code>superset auth login</code> in it:</p>
      <code class="box">export SUPERSET_API_URL=${url}</code>`,
  )
}

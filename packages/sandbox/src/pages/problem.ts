import {type Exchange} from '../http.ts'
import {html, page} from './html.ts'

/** Where the authorization server sends the browser when it cannot send it to the client. */
export function errorPage({request}: Exchange): Response {
  const {searchParams} = new URL(request.url)
  const error = searchParams.get('error') ?? 'unknown_error'
  return problemPage('This request cannot be served', `${error}: ${searchParams.get('error_description') ?? ''}`, 400)
}

export function problemPage(title: string, text: string, status: number): Response {
  return page(
    title,
    html`<h1>${title}</h1>
      <p>${text}</p>`,
    status,
  )
}

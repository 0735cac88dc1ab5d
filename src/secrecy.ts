import type {Secrets} from '@superset/identity'

/** Forms of credentials that must not be shown wherever they turn up: JSON Web Tokens and the service's API keys. */
const CREDENTIALS = /eyJ[\w-]{8,}\.[\w-]{8,}(?:\.[\w-]*)?|sk_(?:live|test)_\w{8,}/g
const SHORTEST = 6

/** Blanks out credentials in a text that we did not write ourselves, such as the message of an unexpected error. */
export function withoutSecrets(text: string, secrets: Secrets): string {
  let clean = text.replace(CREDENTIALS, '[secret]')
  for (const secret of Object.values(secrets) as string[]) {
    if (secret.length >= SHORTEST) clean = clean.replaceAll(secret, '[secret]')
  }

  return clean
}

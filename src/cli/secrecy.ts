import {redactSecrets, type Secrets} from '@superset/identity'

/** Blanks out this run's secrets, and whatever looks like a credential, in the message of an error. */
export function withoutSecrets(text: string, secrets: Secrets): string {
  return redactSecrets(text, Object.values(secrets) as string[])
}

const HIDDEN = '[secret]'
/** Less than this is no secret, and would be found in every other word. */
const SHORTEST = 6
/** What tokens and keys are made of. Each run is looked at once, so the time grows with the text and no faster. */
const RUN = /[\w.-]+/g
/** The service's API keys. */
const API_KEY = /sk_(?:live|test)_\w{8}/
/** `{"` in base64url: how the header of a JSON Web Token begins (RFC 7515). */
const JWT_START = 'eyJ'
const SHORTEST_JWT_PART = 8

/**
 * A text that we did not write ourselves, as it may be shown: without the secrets that are known, and without what has the
 * form of a JSON Web Token or of the service's API keys. Only for showing: what is stored or compared stays as it came.
 */
export function redactSecrets(text: string, known: readonly string[] = []): string {
  const longestFirst = known.filter(({length}) => length >= SHORTEST).toSorted((a, b) => b.length - a.length)
  let clean = text
  for (const secret of longestFirst) for (const form of formsOf(secret)) clean = clean.replaceAll(form, HIDDEN)
  return clean.replaceAll(RUN, withoutToken)
}

/** As it is, inside JSON, and inside an address or a form. */
function formsOf(secret: string): ReadonlySet<string> {
  const inForm = new URLSearchParams([['', secret]]).toString().slice(1)
  return new Set([secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret.toWellFormed()), inForm])
}

function withoutToken(run: string): string {
  const starts = [run.search(API_KEY), startOfJwt(run)].filter((start) => start >= 0)
  return starts.length === 0 ? run : run.slice(0, Math.min(...starts)) + HIDDEN
}

/** Header and payload; the signature may be missing. */
function startOfJwt(run: string): number {
  const parts = run.split('.')
  let offset = 0
  for (const [index, part] of parts.entries()) {
    const start = part.indexOf(JWT_START)
    const isHeader = start >= 0 && part.length - start >= JWT_START.length + SHORTEST_JWT_PART
    if (isHeader && (parts[index + 1]?.length ?? 0) >= SHORTEST_JWT_PART) return offset + start
    offset += part.length + 1
  }

  return -1
}

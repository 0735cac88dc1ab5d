/** Letters, digits, dots, dashes: files are named after a profile. */
const PROFILE = /^[a-z\d][\w.-]{0,63}$/i

/** Whether a profile may be called so: 1 to 64 letters, digits, dots, `_` and `-`, the first a letter or a digit. */
export function isProfileName(name: string): boolean {
  return PROFILE.test(name)
}

/**
 * A file name for a profile name, without an ending. One name per profile also where file systems ignore case, and never
 * `..` or a separator: everything but lower-case letters, digits, `_` and `-` is written as `%XX`.
 */
export function profileFileName(name: string): string {
  return name.replaceAll(/[^a-z\d_-]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
}

/** The name that `profileFileName` made a file name of; `undefined` for any other file's. */
export function profileOfFileName(fileName: string): string | undefined {
  const name = fileName.replaceAll(/%([\dA-F]{2})/g, (_, code: string) =>
    String.fromCharCode(Number.parseInt(code, 16)),
  )
  return isProfileName(name) && profileFileName(name) === fileName ? name : undefined
}

/** Letters, digits, dots, dashes: providers name files after a profile. */
const PROFILE = /^[a-z\d][\w.-]{0,63}$/i

export function isProfileName(name: string): boolean {
  return PROFILE.test(name)
}

const LEFT_BEHIND = Symbol.for('superset.identity.left-behind')

/**
 * A provider says that it has given up on a call that nothing can stop (a keychain that never answers): it must not keep
 * the process there. The host then ends it as soon as the command is done.
 */
export function leaveBehind(): void {
  Reflect.set(process, LEFT_BEHIND, true)
}

/** For the host: whether something was left behind. */
export function isLeftBehind(): boolean {
  return Reflect.get(process, LEFT_BEHIND) === true
}

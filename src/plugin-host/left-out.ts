import {isLeftBehind} from '@superset/identity'

let kept: ReadonlyMap<string, string> = new Map()
let broken: ReadonlyMap<string, readonly string[]> = new Map()

/** What was kept out of this run on purpose, by name: one line each, for those who ask later. */
export function pluginsLeftOut(): ReadonlyMap<string, string> {
  return kept
}

/** What could not be loaded, or not all of it. */
export function brokenPlugins(): ReadonlyMap<string, readonly string[]> {
  return broken
}

export function rememberLeftOut(
  leftOut: ReadonlyMap<string, string>,
  faulty: ReadonlyMap<string, readonly string[]>,
): void {
  kept = leftOut
  broken = faulty
}

let isLeftAlone = false

/** A hook of a plugin did not end, and may have something open that would keep a command alive which is done. */
export function leaveHookAlone(): void {
  isLeftAlone = true
}

/** Also when an identity provider has something open that nothing can stop. */
export function isHookLeftAlone(): boolean {
  return isLeftAlone || isLeftBehind()
}

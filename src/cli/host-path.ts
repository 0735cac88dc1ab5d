import path from 'node:path'
import type {Target} from '../service/targets/target.ts'
import {usage} from './errors.ts'

/**
 * A path on a host, as a person typed it here. Only this machine knows what a relative one is relative to.
 * @throws Problem USAGE_INVALID (2)
 */
export function pathOn(
  {isThisMachine, name}: Pick<Target, 'isThisMachine' | 'name'>,
  typed: string,
  flag: string,
): string {
  if (path.posix.isAbsolute(typed) || path.win32.isAbsolute(typed)) return typed
  if (isThisMachine && typed !== '') return path.resolve(typed)
  throw usage(`${flag} must be an absolute path, as it is on ${name}.`)
}

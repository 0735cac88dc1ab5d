import {openEnvelope} from './envelope.ts'
import {demandFresh} from './freshness.ts'
import {indexOf, type Index, type Pointer, pointerOf, type Release, releaseOf} from './payload.ts'
import {notFound} from './problems.ts'
import {type RequestContext, receiveText} from './request.ts'
import type {UpdateSettings} from './settings.ts'

const MOST_ENVELOPE_BYTES = 64 * 1024
const MOST_INDEX_BYTES = 4 * 1024 ** 2

/** For what is replaced by a later one. */
export interface HostContext extends RequestContext {
  /** The highest serial that was accepted of it before. */
  readonly seen: number | undefined
}

/** The newest release of a channel. @throws Problem UPDATE_* (1, 75, 78) */
export async function channelRelease(
  {base, keys}: UpdateSettings,
  channel: string,
  platform: string,
  asking: HostContext,
): Promise<Pointer> {
  const url = new URL(`channels/${channel}/${platform}.json`, base)
  const text = await receiveText(url, asking, MOST_ENVELOPE_BYTES)
  if (text === undefined) throw notFound('channel', channel, url.host)
  const pointer = pointerOf(openEnvelope(text, keys, url.href), channel, platform, url.href)
  demandFresh(pointer, asking.seen, Date.now(), url.href)
  return pointer
}

/** The release of exactly this version. @throws Problem UPDATE_* (1, 75, 78) */
export async function versionRelease(
  {base, keys}: UpdateSettings,
  version: string,
  platform: string,
  asking: RequestContext,
): Promise<Release> {
  const url = new URL(`versions/${version}/${platform}.json`, base)
  const text = await receiveText(url, asking, MOST_ENVELOPE_BYTES)
  if (text === undefined) throw notFound('version', version, url.host)
  return releaseOf(openEnvelope(text, keys, url.href), {kind: 'release', version, platform}, url.href)
}

/** All releases for a platform. @throws Problem UPDATE_* (1, 75, 78) */
export async function listReleases(
  {base, keys}: UpdateSettings,
  platform: string,
  asking: HostContext,
): Promise<Index | undefined> {
  const url = new URL(`versions/${platform}.json`, base)
  const text = await receiveText(url, asking, MOST_INDEX_BYTES)
  if (text === undefined) return undefined
  const index = indexOf(openEnvelope(text, keys, url.href), platform, url.href)
  demandFresh(index, asking.seen, Date.now(), url.href)
  return index
}

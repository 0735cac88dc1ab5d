import assert from 'node:assert/strict'
import type {NetworkEnvironment} from '@superset/identity'
import {type HttpRequest, send} from '../../src/network/http-request.ts'
import {NetworkFailure} from '@superset/identity/network'

export const PLAIN: NetworkEnvironment = {noProxy: '', tlsUnchecked: false}

export async function failureOf(work: Promise<unknown>): Promise<NetworkFailure> {
  try {
    await work
  } catch (error) {
    assert.ok(error instanceof NetworkFailure, String(error))
    return error
  }

  return assert.fail('it succeeded')
}

export function get(url: string, request: Partial<HttpRequest> = {}, environment: Partial<NetworkEnvironment> = {}) {
  return send({method: 'GET', url, ...request}, {environment: {...PLAIN, ...environment}})
}

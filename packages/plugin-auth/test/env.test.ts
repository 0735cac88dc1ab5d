import assert from 'node:assert/strict'
import {helperEnvironment} from '../src/env.ts'

/** Runs `work` with this environment alone, and puts the old one back. */
function within<T>(variables: Record<string, string>, work: () => T): T {
  const before = process.env
  process.env = variables
  try {
    return work()
  } finally {
    process.env = before
  }
}

describe('the environment', () => {
  it('gives the refresh helper what it needs, and neither secrets nor preloads', () => {
    const needed = {
      PATH: '/bin',
      HOME: '/home/ada',
      XDG_RUNTIME_DIR: '/run/user/1000',
      DBUS_SESSION_BUS_ADDRESS: 'unix:path=/run/bus',
      HTTPS_PROXY: 'http://proxy.test',
      all_proxy: 'http://proxy.test',
      NODE_EXTRA_CA_CERTS: '/ca.pem',
      SUPERSET_CA_FILE: '/ca2.pem',
      TZ: 'UTC',
    }
    const withheld = {
      NODE_OPTIONS: '--require /evil.js',
      LD_PRELOAD: '/evil.so',
      SUPERSET_API_KEY: 'sk_live_x',
      SUPERSET_TOKEN: 'x',
      SUPERSET_STORAGE_KEY: 'x',
      AWS_SECRET_ACCESS_KEY: 'x',
      NODE_DEBUG: 'http',
    }
    assert.deepEqual(
      within({...needed, ...withheld}, () => helperEnvironment()),
      needed,
    )
  })
})

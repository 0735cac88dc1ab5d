import assert from 'node:assert/strict'
import {chooseIdentity} from '../../../src/identity/choose.ts'

describe('which identity plugin answers', () => {
  const environment = {value: '@acme/env', source: 'env:SUPERSET_IDENTITY'} as const
  for (const [name, choices, expected] of [
    ['the bundled one by default', {}, {plugin: '@superset/plugin-auth', source: 'default'}],
    ['the configured one', {config: '@acme/config'}, {plugin: '@acme/config', source: 'config'}],
    [
      'the one of the environment before that',
      {config: '@acme/config', environment},
      {plugin: '@acme/env', source: environment.source},
    ],
    [
      "the profile's before the configured one",
      {config: '@acme/config', profile: '@acme/profile'},
      {plugin: '@acme/profile', source: 'profile'},
    ],
    [
      'the one of the environment before the profile',
      {profile: '@acme/profile', environment},
      {plugin: '@acme/env', source: environment.source},
    ],
    [
      'the one of the policy before all',
      {policy: {plugin: '@acme/policy', file: '/etc/policy.json'}, environment},
      {plugin: '@acme/policy', source: 'policy', file: '/etc/policy.json'},
    ],
  ] as const) {
    it(`is ${name}`, () => assert.deepEqual(chooseIdentity(choices), expected))
  }
})

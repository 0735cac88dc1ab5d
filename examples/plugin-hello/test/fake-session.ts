import {Config} from '@oclif/core'
import {handOver, type Identity, type IdentityRequest, type Session} from '@superset/identity'

/** What the API answers, by procedure: data, or the status of a refusal. */
export type Answers = Readonly<Record<string, object | number | null>>

/** What a fake API was asked. */
export interface Asked {
  readonly procedure: string
  readonly organization: string | undefined
}

/** As the CLI hands a session over before a command runs. Without `answers` nobody is signed in. */
export async function configWith(answers?: Answers, asked: Asked[] = []): Promise<Config> {
  const config = await Config.load({root: import.meta.dirname})
  const session = answers && sessionThat(answers, asked)
  const request = {bin: 'superset', profile: 'default', interactive: false, agentMode: false} as IdentityRequest
  const identity: Partial<Identity> = {
    request,
    session: async () => session,
    provider: async () => ({name: 'fake', capabilities: [], session: async () => session, describe: unused}),
  }
  handOver(config, identity as Identity)
  return config
}

function sessionThat(answers: Answers, asked: Asked[]): Session {
  return {
    issuer: 'https://api.example',
    apiUrl: 'https://api.example',
    profile: 'default',
    account: 'ada@acme.example',
    organization: {value: 'org-1', source: 'stored'},
    scheme: 'bearer',
    source: 'stored',
    token: async () => 'a-token',
    async fetch(input, init = {}) {
      const procedure = String(input).replace('/api/trpc/', '')
      asked.push({procedure, organization: new Headers(init.headers).get('x-superset-organization-id') ?? undefined})
      const answer = answers[procedure] ?? null
      if (typeof answer === 'number') return new Response(null, {status: answer})
      return Response.json({result: {data: {json: answer}}})
    },
  }
}

function unused(): never {
  throw new Error('not part of this test')
}

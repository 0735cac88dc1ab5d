import {demand, wordsOf, type Story} from './story.ts'

/** Long enough for a person to find the window. */
const PATIENCE_MS = 6 * 60_000

export async function signInByScript(story: Story): Promise<void> {
  const {narrator, stage} = story
  narrator.remark(
    'The browser is a script that signs in, chooses an organization and presses "Allow"; the rest is real:',
  )
  narrator.remark('authorization code with PKCE, a callback on 127.0.0.1, a code redeemed at the token endpoint.')
  narrator.remark('The session is sealed (AES-256-GCM) under a random key of this demo, in SUPERSET_STORAGE_KEY;')
  narrator.remark('without it, `superset` keeps the key in the keychain of your system.')
  await story.run('superset auth login')
  story.prove(stage.sandbox.liveRefreshTokens() === 1, 'The service granted one session.')
}

export async function signInByHand(story: Story): Promise<void> {
  const {narrator, stage} = story
  const {email, password} = stage.sandbox.users.admin
  narrator.remark('Open the first address below in your browser. The service asks who you are:')
  narrator.remark(`  user ${email}   password ${password}`)
  const line = 'superset auth login --no-browser'
  narrator.command(line)
  const {code} = await stage.start(wordsOf(line), (text) => narrator.live(text), PATIENCE_MS).ended
  demand(code === 0, `\`${line}\` ended with ${code}, not with 0.`)
  story.prove(stage.sandbox.liveRefreshTokens() === 1, 'The service granted one session.')
}

export async function showStatus(story: Story): Promise<void> {
  const before = story.stage.sandbox.counters.requests
  await story.run('superset auth status')
  story.prove(story.stage.sandbox.counters.requests === before, 'It asked nobody: status works offline.')
}

export async function signOut(story: Story): Promise<void> {
  const {sandbox} = story.stage
  const before = sandbox.counters.revocations
  await story.run('superset auth logout')
  story.prove(sandbox.counters.revocations - before === 1, 'One revocation request (RFC 7009) reached the service.')
  story.prove(sandbox.liveRefreshTokens() === 0, 'The service would accept no refresh token any more: 0 are alive.')
  const refused = await story.run('superset tasks list', 4)
  story.prove(refused.output.includes('superset auth login'), 'Exit code 4 says "sign in", and the message how.')
}

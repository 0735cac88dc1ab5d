import {approve} from './approve.ts'
import {approveOidc} from './oidc/approve-oidc.ts'
import {browserSettings} from './env.ts'

/**
 * The scripted browser as a program: `approve.js <url>`. Prints `<code>#<state>` when the redirect leads to the paste
 * page or is not followed.
 * @returns the exit code: 0 when the client's redirect address was reached, 1 otherwise
 */
export async function runApprove(
  argv: readonly string[],
  print: {out: (line: string) => void; error: (line: string) => void},
): Promise<number> {
  const [address] = argv
  if (!address || !URL.canParse(address)) {
    print.error('usage: approve.js <authorization request URL>')
    return 1
  }

  try {
    const settings = browserSettings()
    // The pages of the OpenID provider are its own.
    const isOidc = ['/auth', '/device'].includes(new URL(address).pathname)
    const {answer, pasted, redirect} = isOidc
      ? await approveOidc(address, {...settings, email: settings.user.email})
      : await approve(address, settings)
    if (pasted && (!answer || redirect.pathname === '/cli/auth/code')) print.out(pasted)
    return 0
  } catch (error) {
    print.error(error instanceof Error ? error.message : String(error))
    return 1
  }
}

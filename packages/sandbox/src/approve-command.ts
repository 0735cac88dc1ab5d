import {approve} from './approve.ts'
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
    const {answer, pasted, redirect} = await approve(address, browserSettings())
    if (pasted && (!answer || redirect.pathname === '/cli/auth/code')) print.out(pasted)
    return 0
  } catch (error) {
    print.error(error instanceof Error ? error.message : String(error))
    return 1
  }
}

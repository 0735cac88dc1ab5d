import {describeKills} from './kills.ts'

/** Once in each phase; test/thorough does it again and again, and so does the soak. */
describeKills(1)

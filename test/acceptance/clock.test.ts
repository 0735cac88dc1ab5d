import {describeJumps} from './clock-jumps.ts'

describeJumps([
  {storage: 'file', hours: 1},
  {storage: 'key', hours: -24},
])

import assert from 'node:assert/strict'
import {smallDisk, type SmallDisk} from '../../packages/plugin-auth/test/support/small-disk.ts'
import {fill, freeUp} from '../support/ballast.ts'
import {few} from '../support/matrix.ts'
import {failureOf, RefreshStage} from '../support/refresh-stage.ts'
import {assertSucceeded} from '../support/signed-in.ts'
import {skip} from '../support/skip.ts'

for (const storage of few(['file', 'key'] as const, (one) => one === 'file')) {
  describe(`a home on a disk that is full or read-only, ${storage} storage`, () => {
    let disk: SmallDisk
    let mounted: SmallDisk | undefined
    let stage: RefreshStage | undefined
    before(function () {
      const made = smallDisk(1024)
      if (typeof made === 'string') skip(this, made)
      mounted = made
      disk = made
    })
    beforeEach(async () => {
      stage = await RefreshStage.create({storage, root: disk.root})
    })
    afterEach(async () => {
      await stage?.[Symbol.asyncDispose]()
      stage = undefined
    })
    after(() => mounted?.[Symbol.dispose]())

    const obstacles = [
      {
        name: 'row 57: full',
        code: 'STORE_FULL',
        put: () => fill(disk.root),
        take: () => freeUp(disk.root),
      },
      {
        name: 'row 56: read-only',
        code: 'STORE_READ_ONLY',
        put: async () => disk.setReadOnly(true),
        take: async () => disk.setReadOnly(false),
      },
    ]
    for (const {name, code, put, take} of obstacles) {
      it(`${name}: a valid token is used; with an expired one 74, nothing is sent; then it goes on`, async () => {
        assert.ok(stage)
        if (storage === 'file') await stage.makeDue()
        const before = stage.refreshRequests
        await put()
        assertSucceeded(await stage.list())
        assert.equal(stage.refreshRequests, before)
        await take()
        await stage.expire()
        const afterwards = stage.refreshRequests
        await put()
        const run = await stage.list()
        assert.equal(run.code, 74, run.stdout + run.stderr)
        assert.equal(failureOf(run).code, code)
        assert.match(failureOf(run).message, /not refreshing/)
        assert.equal(stage.refreshRequests, afterwards)
        await take()
        assertSucceeded(await stage.list())
        assert.equal(stage.refreshRequests, afterwards + 1)
        assertSucceeded(await stage.refresh())
      })
    }

    it('row 57: a disk that fills up while the answer is under way: there is room for it', async () => {
      assert.ok(stage)
      await stage.expire()
      const before = stage.refreshRequests
      const hold = stage.sandbox.faults.token.add({hold: 'after', grant: 'refresh_token'})
      const started = stage.start()
      await Promise.race([hold.held(), started.ended])
      await fill(disk.root)
      hold.release()
      assertSucceeded(await started.ended)
      await freeUp(disk.root)
      assert.equal(stage.refreshRequests, before + 1)
      assertSucceeded(await stage.refresh())
    })
  })
}

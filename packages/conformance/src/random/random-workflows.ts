import { describe, it } from 'vitest'
import type { CreateContextDriver } from '../context/context-driver.js'
import type { CreateStoreUnderTest } from '../store/store-under-test.js'
import { checkRandomWorkflows } from './check-random-workflows.js'
import { driverPlace, storePlace } from './place.js'

export function randomWorkflows(options: RandomWorkflowsOptions): void {
  const { name, runs = 1_000 } = options
  const place = 'create' in options ? storePlace(options.create) : driverPlace(options.driver, options.recoveryMs)
  const [seed = `${Date.now() % 2 ** 31}`, ...path] = process.env['PERDURE_SEED']?.split(':') ?? []
  describe(`${name} under random workflows`, () => {
    it(`${runs} programs do the same with crashes as without (PERDURE_SEED=${seed})`, async () => {
      const report = await checkRandomWorkflows(place, { runs, seed: Number(seed), path: path.join(':') })
      console.info(report)
    }, 120_000)
  })
}

export type RandomWorkflowsOptions = { readonly name: string; readonly runs?: number } & (
  | { readonly create: CreateStoreUnderTest }
  | { readonly driver: CreateContextDriver; readonly recoveryMs: number }
)

import fc from 'fast-check'
import { type NodeKind, nodeKind } from '../node-kind.js'

interface HostileNode {
  readonly kind: 'hostile'
  readonly thrown: keyof typeof things
  readonly isAsync: boolean
}

const trap = (): never => {
  throw new Error('trap')
}

/** What breaks whoever looks at it. */
const things = {
  'a revoked proxy': (): unknown => {
    const { proxy, revoke } = Proxy.revocable({}, {})
    revoke()
    return proxy
  },
  'an error with traps': (): unknown =>
    Object.defineProperties(new Error('trapped'), { code: { get: trap }, cause: { get: trap } }),
  'an error in itself': (): unknown => {
    const error = new AggregateError([], 'around')
    error.errors.push(error)
    return error
  },
}

/** A step whose body throws what cannot be inspected. */
export const hostile: NodeKind = nodeKind<HostileNode>({
  kind: 'hostile',
  weight: 1,
  arbitrary: () =>
    fc.record({
      kind: fc.constant('hostile'),
      // These are the keys of the table above.
      thrown: fc.constantFrom(...(Object.keys(things) as (keyof typeof things)[])),
      isAsync: fc.boolean(),
    }),
  run: ({ thrown, isAsync }, scene) =>
    scene.operation(`hostile ${scene.label}`, (name) =>
      scene.ctx.step(name, () => {
        if (isAsync) return Promise.reject(things[thrown]())
        throw things[thrown]()
      }),
    ),
  print: ({ thrown, isAsync }) => ({ line: `${thrown}${isAsync ? ', by a promise' : ''}` }),
})

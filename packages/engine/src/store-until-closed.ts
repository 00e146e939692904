import { type Store, StoreError } from '@perdure/core'
import { closedEngine } from './answers.js'

/** A store whose calls, once the engine is closed, fail for that and not for what it meant to the store. */
export function storeUntilClosed(store: Store, isClosed: () => boolean): Store {
  return new Proxy(store, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name)
      if (typeof member !== 'function') return member
      return (...args: unknown[]): unknown => {
        const answer: unknown = member.apply(target, args)
        return answer instanceof Promise ? answer.catch(tell) : answer
      }
    },
  })

  function tell(error: unknown): never {
    const isEnd = isClosed() && error instanceof StoreError && error.details['retryable'] === false
    throw isEnd ? closedEngine(error) : error
  }
}

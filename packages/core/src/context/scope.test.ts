import { describe, expect, it } from 'vitest'
import { rootScope as root } from '../../test/test-scope.js'

describe('identify', () => {
  it('counts the repeats of a name', () => {
    const scope = root()
    expect(
      [scope.identify('a'), scope.identify('b'), scope.identify('a')].map((each) => each.occurrence),
    ).toEqual([1, 1, 2])
  })

  it('gives a name the same id whatever stands beside it', () => {
    const alone = root().identify('charge').operationId
    const scope = root()
    scope.identify('inserted')
    expect(scope.identify('charge').operationId).toBe(alone)
  })

  it('gives a name another id in another context, and says which', () => {
    const scope = root()
    const group = scope.identify('group')
    const inner = scope.enter(group.path)
    const identity = inner.identify('charge')
    expect(identity.operationId).not.toBe(scope.identify('charge').operationId)
    expect(identity.parentId).toBe(group.operationId)
    expect(identity.path.readable).toBe('group/charge')
  })

  it('has no parent at the root', () => {
    expect(root().identify('charge').parentId).toBeNull()
  })
})

describe('random', () => {
  it('is the same for the same seed and context', () => {
    expect(root().random.next()).toBe(root().random.next())
    expect(root('other').random.next()).not.toBe(root().random.next())
  })

  it('uses up no number of a sibling: a closed context is not replayed', () => {
    const drawing = root()
    drawing.enter(drawing.identify('first').path).random.next()
    const second = drawing.enter(drawing.identify('second').path).random.next()
    const skipping = root()
    skipping.identify('first')
    expect(skipping.enter(skipping.identify('second').path).random.next()).toBe(second)
  })

  it('goes on from where it was', () => {
    const { random } = root()
    expect(random.next()).not.toBe(random.next())
  })
})

it('a context knows what it encloses', () => {
  const scope = root()
  const inner = scope.enter(scope.identify('group').path)
  expect([...scope.children]).toEqual([inner])
  expect(inner.parent).toBe(scope)
})

it('is walked through, however deep contexts are nested', () => {
  const scope = root()
  let innermost = scope
  for (let depth = 0; depth < 10_000; depth += 1)
    innermost = innermost.enter({ operationId: `${depth}`, sequence: '', readable: '' })
  innermost.takeCancel()
  expect([...scope.withDescendants()]).toHaveLength(10_001)
  expect(scope.isCancelTaken).toBe(true)
})

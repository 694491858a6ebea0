// The shape rule of every layer: what it answers to a shape that fits, to one that does not, and to one that is not known.
import { describe, expectTypeOf, test } from 'vitest';
import type * as layers from '../../lib/layers/index.js';
import type { RuleOf } from '../../lib/layers/layer.js';
import type { Apply } from '../../lib/layers/shape_rule.js';
import type { Shape } from '../../lib/tensor/shape.js';
import type { layerShapes } from '../support/layer_shapes.js';

type Examples = typeof layerShapes;

/** The functions that make layers. */
type Factory = {
  [Name in keyof typeof layers]: (typeof layers)[Name] extends (...options: never) => layers.Layer ? Name : never;
}[keyof typeof layers];

/** What a rule answers for an input: a shape, or a sentence. */
type Answer<Example extends { readonly layer: layers.Layer }, Input> = Apply<RuleOf<Example['layer']>, Input>;

type Alike<A, B> = Readonly<A> extends Readonly<B> ? (Readonly<B> extends Readonly<A> ? true : false) : false;

/** The names of the examples that an answer was not expected of. */
type Unexpected<Answers extends Record<keyof Examples, unknown>, Expected extends Record<keyof Examples, unknown>> = {
  [Name in keyof Examples]: Alike<Answers[Name], Expected[Name]> extends true ? never : Name;
}[keyof Examples];

type Sentence<Example> = Example extends { readonly sentence: infer S } ? S : 'keeps any';

describe('every layer', () => {
  test('has an example', () => {
    expectTypeOf<Exclude<Factory, keyof Examples> | Exclude<keyof Examples, Factory>>().toBeNever();
  });

  test('answers to a shape that fits with the shape that comes out', () => {
    type Answers = { [Name in keyof Examples]: Answer<Examples[Name], Examples[Name]['input']> };
    type Expected = { [Name in keyof Examples]: Examples[Name]['output'] };
    expectTypeOf<Unexpected<Answers, Expected>>().toBeNever();
  });

  test('answers to a shape that does not fit with a sentence', () => {
    type Answers = {
      [Name in keyof Examples]: Examples[Name] extends { readonly wrong: infer Wrong }
        ? Answer<Examples[Name], Wrong>
        : 'keeps any';
    };
    type Expected = { [Name in keyof Examples]: Sentence<Examples[Name]> };
    expectTypeOf<Unexpected<Answers, Expected>>().toBeNever();
  });

  test('answers to a shape of unknown rank with a shape, never with a sentence', () => {
    type Refusing = {
      [Name in keyof Examples]: Answer<Examples[Name], number[]> extends Shape ? never : Name;
    }[keyof Examples];
    expectTypeOf<Refusing>().toBeNever();
  });
});

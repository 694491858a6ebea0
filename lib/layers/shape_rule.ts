// Shape rules: functions from an input shape to an output shape, run by the compiler.
//
// A rule is an interface that reads this['input'] and answers in `output`: either a shape, or a sentence (a string literal
// type) that says what is wrong. `Apply` calls it; `Output` runs a list of layers; `Checked` puts the sentence in the place
// of the first layer that does not fit, so that the compiler reports it there.
import type { Shape } from '../tensor/shape.js';
import type { Mutable } from '../tensor/shape_types.js';
import type { Layer, RuleOf } from './layer.js';

/** A function on shape types: extend it and derive `output` from `this['input']`. */
export interface ShapeRule {
  readonly input: unknown;
  readonly output: unknown;
}

/** The rule's answer for an input shape: a shape, or a sentence about what does not fit. */
export type Apply<Rule extends ShapeRule, Input> = Known<(Rule & { readonly input: Input })['output']>;

/** A layer whose rule is not known (typed just `Layer`) may give any shape. */
type Known<Answer> = unknown extends Answer ? number[] : Answer;

/** The rule of layers that keep the shape. */
export interface SameShape extends ShapeRule {
  readonly output: this['input'];
}

type Layers = readonly Layer[];

/** The shape that comes out of layers applied one after the other, or the first sentence. A spread of layers gives `number[]`. */
export type Output<Input, L extends Layers> = number extends L['length']
  ? number[]
  : L extends readonly [infer First extends Layer, ...infer Rest extends Layers]
    ? Apply<RuleOf<First>, Input> extends infer Next
      ? Next extends Shape
        ? Output<Next, Rest>
        : Next
      : never
    : Input;

/** The list of layers itself if they fit, else the list with the sentence in the place of the wrong one. */
export type Checked<Input extends Shape, L extends Layers> =
  Output<Mutable<Input>, L> extends Shape ? L : Marked<Mutable<Input>, L>;

type Marked<Input, L extends Layers, Fitting extends readonly unknown[] = []> = L extends readonly [
  infer First extends Layer,
  ...infer Rest extends Layers,
]
  ? Apply<RuleOf<First>, Input> extends infer Next
    ? Next extends Shape
      ? Marked<Next, Rest, [...Fitting, First]>
      : [...Fitting, Next, ...Rest]
    : never
  : Fitting;

/** `Answer` if it is a shape, else its sentence with the container it was found in. */
export type Inside<Kind extends string, Answer> = Answer extends Shape
  ? Answer
  : Answer extends string
    ? `inside ${Kind}, ${Answer}`
    : never;

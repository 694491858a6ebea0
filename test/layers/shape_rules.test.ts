// The shape rule of every layer at run time, by the examples that the compiler is held to.
import { describe, expect, it } from 'vitest';
import { ShapeError } from '../../lib/tensor/errors.js';
import { layerShapes } from '../support/layer_shapes.js';

describe.each(Object.entries(layerShapes))('%s', (kind, example) => {
  it('gives the shape that its type promises', () => {
    expect(example.layer.kind).toBe(kind);
    expect(example.layer.outputShape(example.input)).toEqual(example.output);
  });

  it('refuses what its type refuses', () => {
    if ('wrong' in example) expect(() => example.layer.outputShape(example.wrong)).toThrow(ShapeError);
    else expect(example).not.toHaveProperty('sentence');
  });
});

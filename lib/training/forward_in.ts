// Forward passes in a chosen precision: products as it says, outputs in float32, so that losses and scores are.
import { checkPrecision, multipliesBfloat16, type Precision, withPrecision } from '../autograd/precision.js';
import { systemInfo } from '../native.js';
import { widened } from '../ops/cast.js';
import { ArgumentError } from '../tensor/errors.js';
import { isRecord, isTensor, mapNamed, type Tensors } from '../tensor/named.js';
import type { Parameter } from '../tensor/parameter.js';
import type { Tensor } from '../tensor/tensor.js';

/** @throws ArgumentError unless `precision` is one, and one that means something for that model */
export function checkPrecisionFor(
  subject: string,
  precision: unknown,
  model: { readonly parameters: readonly Parameter[] },
): asserts precision is Precision {
  checkPrecision(subject, precision);
  const wide = precision === 'bfloat16' && model.parameters.find(({ dtype }) => dtype === 'float64');
  if (wide)
    throw new ArgumentError(
      `${subject}: precision 'bfloat16' is for float32 models, but parameter "${wide.name}" is float64`,
    );
}

/** What `forward` gives in that precision; outputs that are bfloat16 then are made float32, which is recorded. */
export function forwardIn<Output extends Tensors>(precision: Precision, forward: () => Output): Output {
  const output: unknown = withPrecision(precision, forward);
  if (isTensor(output)) return widened(output) as Tensors as Output;
  if (!isRecord(output) || !Object.values(output).some(isNarrow)) return output as Output;
  return mapNamed<Tensor, Tensor>(output as Tensors, isTensor, widened) as Output;
}

const isNarrow = (value: unknown): boolean => isTensor(value) && value.dtype === 'bfloat16';

let warned = false;

/** Says once that bfloat16 gains nothing here, on processors without instructions for its products. */
export function warnWhereSlow(precision: Precision): void {
  const { isa } = systemInfo();
  if (precision === 'float32' || warned || multipliesBfloat16(isa)) return;
  warned = true;
  process.emitWarning(
    `fit: precision 'bfloat16' works here but is not faster than 'float32': there are no fast bfloat16 products (instructions in use: ${isa})`,
    { type: 'ConvgradWarning', code: 'CONVGRAD_SLOW_BFLOAT16' },
  );
}

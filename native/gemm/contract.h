// The two small matrix products that all convolutions and dense layers are made of. One call computes one tile of C, held
// in registers from the first product to the last:
//
//   rows    C[r][n] = f( sum over t, k of A_t[r][k] B[t][k][n] )     convolution, its input gradient, dense layers
//   outer   C[m][n] = f( sum over q of    X[q][m]   Y[q][n]    )     weight gradients
//   f(s)    = activation( s + C[r][n] where accumulating + bias[n] where given )
//
//   r       row of the tile: one output pixel, or one sample of a batch                                      MR of them
//   n       column of the tile: one output channel                                       NR = NV vectors of kLanes each
//   t       tap: one position (a, b) of the filter window; 1 for a dense layer
//   k       input channel; A_t[r] is a pointer to `depth` consecutive numbers, a row of zeros where the tap is outside
//   B       packed panel of the filter: [taps][depth][NR], columns beyond the last channel filled with zeros
//   q       pixel, in three nested loops (image, row, column) with constant strides
//   m       input channel (or filter position of a thin image): X[q][m] is x[q + m], or x[q + offsets[m]]
//   C       given by one pointer per row; the row behind a null pointer is computed but not stored
//
// Every element of C is summed by one thread in an order that depends on the shape alone.
#pragma once
#include <stdint.h>

namespace convgrad {

enum class Activation : int32_t { none = 0, relu = 1 };

/** f: what happens to a finished sum on its way from the registers to memory. */
template <class T>
struct Finish {
  const T* bias = nullptr;  // one number per column, of the whole C
  Activation activation = Activation::none;
  bool accumulate = false;  // add to what C holds
};

/** The pixels an outer product runs over: counts and strides (in elements) of x and of y, from the slowest to the fastest. */
struct PixelLoops {
  int64_t images, rows, columns;
  int64_t x_image, x_row, x_column;
  int64_t y_image, y_row, y_column;
};

}  // namespace convgrad

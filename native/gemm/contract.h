// The two small matrix products that all convolutions and dense layers are made of. One call computes one tile of C, held
// in registers from the first product to the last:
//
//   rows    C[r][n] = f( sum over t, k of A_t[r][k] B[t][k][n] )     convolution, its input gradient, dense layers
//   window  C[r][n] = f( sum over k of    A[r + o(k)] B[k][n]  )     convolution of thin images, the filter flattened
//   outer   C[m][n] = f( sum over q of    X[q + o(m)] Y[q][n]  )     weight gradients
//   f(s)    = activation( s + C[r][n] where accumulating + bias[n] where given )
//
//   r       row of the tile: one output pixel, or one sample of a batch                                      MR of them
//   n       column of the tile: one output channel                                       NR = NV vectors of kLanes each
//   t       tap: one position (a, b) of the filter window; 1 for a dense layer
//   k       input channel; A_t[r] points at `depth` consecutive numbers, at a row of zeros where the tap is outside
//   B       packed panel of the filter: [taps][depth][NR], columns beyond the last channel filled with zeros;
//           for bfloat16 in pairs, [taps][depth / 2][NR][2], an odd depth ended by a zero
//   q       pixel, in three nested loops (image, row, column) with constant strides
//   m       row of the weight gradient: flattened too, so that a tile may span filter positions
//   Y       packed panel of the upstream gradient: [pixels][NR]
//   C       given by one pointer per row; the row behind a null pointer is computed but not stored
//
// Every element of C is summed by one thread in an order that depends on the shape alone.
#pragma once
#include <stdint.h>

#include "runtime/bfloat16.h"

namespace convgrad {

/** Neighbours along the depth that lie side by side in a panel: pairs of bfloat16. */
template <class T>
inline constexpr int64_t kSideBySide = sizeof(Sum<T>) / sizeof(T);

/** The depth of a panel: rounded up to whole pairs. */
template <class T>
constexpr int64_t panel_depth(int64_t depth) {
  return (depth + kSideBySide<T> - 1) / kSideBySide<T> * kSideBySide<T>;
}

/** A factor of `outer` that is two: numbers of two images, the first in the lower half. Products are summed in float32. */
struct BfloatPair {
  uint32_t bits;
};
namespace detail {
template <>
struct SumOf<BfloatPair> {
  using Type = float;
};
}  // namespace detail

enum class Activation : int32_t { none = 0, relu = 1 };

/** f: what happens to a finished sum on its way from the registers to memory. */
template <class T>
struct Finish {
  const T* bias = nullptr;  // one number per column, of the whole C
  Activation activation = Activation::none;
  bool accumulate = false;  // add to what C holds
  bool stream = false;      // store past the caches: for a C much larger than they are
};

/** MR x NR, chosen by choose_tile() in blocking.h. */
struct TileShape {
  int32_t rows;
  int32_t columns;
};

/** `rows` for a block of tiles and a range of columns; see rows.h. A and B are of T. */
template <class T, class C = T>
struct RowsBlock {
  TileShape tile;
  const T* const* a;       // [tiles][taps][MR]
  int64_t shift;           // elements added to every pointer in a, zero row included
  const int64_t* offsets;  // [depth] for `window`, which has one tap; else null
  C* const* c;             // [tiles][MR], pointers to column 0
  int64_t tiles, taps, depth;
  const T* panels;                   // one [taps][depth][NR] after the other, the first for column_begin
  int64_t column_begin, column_end;  // of C
  Finish<Sum<T>> finish;
};

/** One row of a thin image's gradient; see gather_taps.h. */
template <class T>
struct GatherRow {
  const T* const* sources;  // [taps], of channel 0
  const int64_t* shifts;    // [taps]
  int64_t taps, plane, width;
  T* target;
  int64_t columns, channels, step;
  Finish<T> finish;
};

/** The pixels an outer product runs over: counts, and strides in elements. */
struct PixelLoops {
  int64_t images, rows, columns;
  int64_t x_image, x_row, x_column;
  int64_t y_image, y_row, y_column;

  /** The same pixels in longer loops, where one row, or image, goes on where the last one ends. */
  PixelLoops merged() const {
    PixelLoops p = *this;
    if (p.x_row == p.columns * p.x_column && p.y_row == p.columns * p.y_column) p.columns *= p.rows, p.rows = 1;
    if (p.rows == 1 && p.x_image == p.columns * p.x_column && p.y_image == p.columns * p.y_column) {
      p.columns *= p.images, p.images = 1;
    }
    return p;
  }
};

/** Memory the next block will read: brought into the L2 cache little by little while this one computes. */
struct Ahead {
  static constexpr int64_t kPixels = 16;  // of a row, between two calls of fetch(): more at a time would wait for memory

  const char* next = nullptr;
  const char* end = nullptr;
  int64_t step = 0;  // bytes per call

  void fetch() {
    const char* stop = end - next < step ? end : next + step;
    for (; next < stop; next += 64) __builtin_prefetch(next, 0, 2);
  }
};

/** All rows of C and a range of its columns, where there are few rows; see few_rows.h. */
template <class T>
struct FewRowsBlock {
  const T* a;       // [rows][depth]
  const Sum<T>* b;  // with b_stride between its rows, which are rows of B or, for dot, columns
  int64_t b_stride;
  T* c;
  int64_t c_stride;
  int64_t rows, depth;
  int64_t column_begin, column_end;
  Finish<Sum<T>> finish;
};

inline constexpr int kAhead = 4;  // x and y, of two images

/** `outer` for rows [0, rows) of C and the columns of one panel; see outer.h. Factors are T. */
template <class T>
struct OuterBlock {
  TileShape tile;
  PixelLoops pixels;
  const T* x;
  const int64_t* offsets;  // [rows]
  const T* y;
  Sum<T>* c;  // row 0, column 0
  int64_t c_stride;
  int64_t rows;
  int64_t column_begin, column_end;  // at most NR
  Finish<Sum<T>> finish;
  Ahead ahead[kAhead];
};

}  // namespace convgrad

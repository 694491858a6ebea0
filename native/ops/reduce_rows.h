// Reducing the rows of a matrix: y[c] = x[0][c] ∘ x[1][c] ∘ …, vectorised over columns and, where rows are short, over
// several rows side by side (so a contiguous sum is the case of one column).
//
// Runs of kRun rows are combined first and then with each other: the rounding error of a sum grows with
// kRun + rows / kRun, not with rows. The order depends on the shape and the vector width only.
//
// This header is included once per instruction set (see foreach_isa.h).
#if defined(CONVGRAD_OPS_REDUCE_ROWS_H) == defined(CONVGRAD_ISA_TOGGLE)
#ifdef CONVGRAD_OPS_REDUCE_ROWS_H
#undef CONVGRAD_OPS_REDUCE_ROWS_H
#else
#define CONVGRAD_OPS_REDUCE_ROWS_H
#endif

#include "simd/vec.h"

CONVGRAD_BEGIN_ISA

constexpr int kRun = 16;

/** As load(p, left), with the identity in lanes that were not read. */
template <class T>
CONVGRAD_INLINE Vec<T> load_or(const T* p, int64_t left, Sum<T> identity) {
  using Integer = typename VecOf<T>::Integer;
  if (left >= kLanes<T>) return load(p);
  return select(iota<Integer>() < static_cast<Integer>(left), load(p, left), broadcast(identity));
}

/** total[0 … N) = the combination of N vectors at x, x + stride, x + 2 stride, … as far as elements before x + n go. */
template <int N, class T, class Combine>
CONVGRAD_INLINE void reduce_strip(const T* x, int64_t n, int64_t stride, Combine combine, Sum<T> identity,
                                  Vec<T>* total) {
  for (int v = 0; v < N; v++) total[v] = broadcast(identity);
  int64_t i = 0;
  while (i + N * kLanes<T> <= n) {
    Vec<T> run[N];
    for (int v = 0; v < N; v++) run[v] = broadcast(identity);
    for (int r = 0; r < kRun && i + N * kLanes<T> <= n; r++, i += stride)
      for (int v = 0; v < N; v++) run[v] = combine(run[v], load(x + i + v * kLanes<T>));
    for (int v = 0; v < N; v++) total[v] = combine(total[v], run[v]);
  }
  for (; i < n; i += stride)
    for (int v = 0; v < N && i + v * kLanes<T> < n; v++)
      total[v] = combine(total[v], load_or(x + i + v * kLanes<T>, n - i - v * kLanes<T>, identity));
}

/**
 * y[c] for c < columns of rows that begin `stride` elements apart; `columns` = `stride` unless both are long. Y is T or Sum<T>.
 */
template <class T, class Y, class Combine>
CONVGRAD_INLINE void reduce_rows(const T* x, int64_t rows, int64_t stride, int64_t columns, Y* y, Combine combine,
                                 Sum<T> identity) {
  constexpr int64_t kStrip = 4 * kLanes<T>;
  const int64_t n = rows > 0 ? (rows - 1) * stride + columns : 0;
  Vec<T> total[4];
  if (columns * 2 > kStrip) {
    int64_t c = 0;
    for (; c + kStrip <= columns; c += kStrip) {
      reduce_strip<4>(x + c, n - c, stride, combine, identity, total);
      for (int v = 0; v < 4; v++) store(y + c + v * kLanes<T>, total[v]);
    }
    for (; c < columns; c += kLanes<T>) {
      reduce_strip<1>(x + c, n - c, stride, combine, identity, total);
      store(y + c, total[0], columns - c);
    }
    return;
  }
  int64_t width = kStrip / columns * columns;  // several rows side by side
  reduce_strip<4>(x, n, width, combine, identity, total);
  if (columns == 1) {
    total[0] = combine(combine(total[0], total[1]), combine(total[2], total[3]));
    width = kLanes<T>;
  }
  Sum<T> lane[kStrip];
  for (int v = 0; v < 4; v++) store(lane + v * kLanes<T>, total[v]);
  for (int64_t c = 0; c < columns; c++) {
    Sum<T> result = lane[c];
    for (int64_t i = c + columns; i < width; i += columns) result = combine(result, lane[i]);
    y[c] = result;
  }
}

CONVGRAD_END_ISA

#endif

// The transforms of Winograd's minimal filtering F(M x M, R x R) (winograd.h), vectorised over channels, and the adjoints of
// two of them, with which the filter gradient is computed (winograd_filter_gradient.h).
//
// F(M, R) multiplies polynomials by their values at P = M + R - 1 points, one of them infinity (Toom, Cook, Winograd). With
// d[P] the input, g[R] the filter, f(p) the product of p - q over the other finite points q:
//
//   input    value at p:  d[] times the coefficients of the product of (t - q) over the other points
//   filter   value at p:  sum over k of p^k g[k] / f(p);  g[R - 1] at infinity
//   output   y[k] = sum over p of p^k m(p);  y[M - 1] also gets m(infinity)
//
//   upstream, adjoint of output     value at p:  sum over k of p^k y[k];  y[M - 1] at infinity
//   gradient, adjoint of filter     g[k] = sum over p of p^k u(p) / f(p);  g[R - 1] also gets u(infinity)
//
// So upstream and filter are one function, `evaluate`, output and gradient its adjoint, `collect`, and the input's transform
// depends on the points alone:
//
//   P = 4: 0, 1, -1, infinity: sums, differences and halves, so exact on integers       F(2, 3)
//   P = 6: 0, a, -a, b, -b, infinity with a = 5/8, b = 3/2                               F(4, 3), F(2, 5)
//
// With Lavin & Gray's points 0, +-1, +-2 (arXiv 1509.09308) the rms error of either is twice as large. The powers of these
// have few bits, so that they are exact in float32. Filter and gradient are transformed in double and rounded once.
//
// T is the type of images; planes, filters and gradients are of Sum<T>, so that bfloat16 is widened as it is transformed.
//
// This header is included once per instruction set (see simd/foreach_isa.h).
#if defined(CONVGRAD_GEMM_WINOGRAD_TRANSFORM_H) == defined(CONVGRAD_ISA_TOGGLE)
#ifdef CONVGRAD_GEMM_WINOGRAD_TRANSFORM_H
#undef CONVGRAD_GEMM_WINOGRAD_TRANSFORM_H
#else
#define CONVGRAD_GEMM_WINOGRAD_TRANSFORM_H
#endif

#include "gemm/tile.h"
#include "gemm/winograd_tiles.h"

CONVGRAD_BEGIN_ISA

/** The P points: 0, pairs +-p, infinity; 1 / f at 0 and at the pairs; and the transform of the input. */
template <class T, int P>
struct Points;

template <class T>
struct Points<T, 4> {
  static constexpr T powers[1][3] = {{1, 1, 1}};
  static constexpr T at_zero = 1, at_pair[1] = {0.5};

  template <class V>
  static CONVGRAD_INLINE void input(const V (&d)[4], V (&v)[4]) {
    v[0] = d[0] - d[2];
    v[1] = d[2] + d[1];
    v[2] = d[2] - d[1];
    v[3] = d[3] - d[1];
  }
};

template <class T>
struct Points<T, 6> {
  static constexpr T a = 0.625, a2 = a * a, b = 1.5, b2 = b * b;
  static constexpr T powers[2][5] = {{1, a, a2, a * a2, a2 * a2}, {1, b, b2, b * b2, b2 * b2}};
  static constexpr T at_zero = 1 / (a2 * b2), at_pair[2] = {1 / (2 * a2 * (a2 - b2)), 1 / (2 * b2 * (b2 - a2))};

  template <class V>
  static CONVGRAD_INLINE void input(const V (&d)[6], V (&v)[6]) {
    const V even_a = d[4] - b2 * d[2], odd_a = a * (d[3] - b2 * d[1]);
    const V even_b = d[4] - a2 * d[2], odd_b = b * (d[3] - a2 * d[1]);
    v[0] = d[4] - (a2 + b2) * d[2] + a2 * b2 * d[0];
    v[1] = even_a + odd_a;
    v[2] = even_a - odd_a;
    v[3] = even_b + odd_b;
    v[4] = even_b - odd_b;
    v[5] = d[5] - (a2 + b2) * d[3] + a2 * b2 * d[1];
  }
};

/** v = values at the points of the polynomial with coefficients c. */
template <class T, int P, int N, class V>
CONVGRAD_INLINE void evaluate(const V (&c)[N], V (&v)[P]) {
  v[0] = c[0];
  CONVGRAD_UNROLL
  for (int i = 0; i < P / 2 - 1; ++i) {
    V even = c[0], odd = Points<T, P>::powers[i][1] * c[1];
    CONVGRAD_UNROLL
    for (int k = 2; k < N; ++k) (k % 2 ? odd : even) += Points<T, P>::powers[i][k] * c[k];
    v[2 * i + 1] = even + odd;
    v[2 * i + 2] = even - odd;
  }
  v[P - 1] = c[N - 1];
}

/** The adjoint: c[k] = sum over points p of p^k v(p). */
template <class T, int P, int N, class V>
CONVGRAD_INLINE void collect(const V (&v)[P], V (&c)[N]) {
  c[0] = v[0];
  CONVGRAD_UNROLL
  for (int k = 1; k < N - 1; ++k) c[k] = V{};
  c[N - 1] = v[P - 1];
  CONVGRAD_UNROLL
  for (int i = 0; i < P / 2 - 1; ++i) {
    const V even = v[2 * i + 1] + v[2 * i + 2], odd = v[2 * i + 1] - v[2 * i + 2];
    CONVGRAD_UNROLL
    for (int k = 0; k < N; ++k) c[k] += Points<T, P>::powers[i][k] * (k % 2 ? odd : even);
  }
}

/** v(p) / f(p). */
template <class T, int P, class V>
CONVGRAD_INLINE void scale(V (&v)[P]) {
  v[0] *= Points<T, P>::at_zero;
  CONVGRAD_UNROLL
  for (int i = 1; i < P - 1; ++i) v[i] *= Points<T, P>::at_pair[(i - 1) / 2];
}

template <class T, bool Whole>
CONVGRAD_INLINE Vec<T> read_lanes(const T* p, int64_t left) {
  return Whole ? load(p) : load(p, left);
}

template <class T, int P, bool Whole>
CONVGRAD_INLINE void input_lanes(const T* const* from, int64_t channel, int64_t left,
                                 const WinogradPlanes<Sum<T>>& planes) {
  Sum<T>* v = planes.at(channel);
  const int64_t plane = planes.plane;  // what is stored might alias
  Vec<T> columns[P][P];
  CONVGRAD_UNROLL
  for (int j = 0; j < P; ++j) {
    Vec<T> d[P], t[P];
    CONVGRAD_UNROLL
    for (int i = 0; i < P; ++i) d[i] = read_lanes<T, Whole>(from[i * P + j] + channel, left);
    Points<Sum<T>, P>::input(d, t);
    CONVGRAD_UNROLL
    for (int i = 0; i < P; ++i) columns[i][j] = t[i];
  }
  CONVGRAD_UNROLL
  for (int i = 0; i < P; ++i) {
    Vec<T> t[P];
    Points<Sum<T>, P>::input(columns[i], t);
    CONVGRAD_UNROLL
    for (int j = 0; j < P; ++j) store(v + (i * P + j) * plane, t[j]);
  }
}

/** One tile: from[P P] point at the channels of its pixels; v takes the channels, rounded up to vectors. */
template <class T, int P>
void winograd_input(const T* const* from, int64_t channels, const WinogradPlanes<Sum<T>>& v) {
  constexpr int64_t L = kLanes<T>;
  int64_t c = 0;
  for (; c + L <= channels; c += L) input_lanes<T, P, true>(from, c, L, v);
  if (c < channels) input_lanes<T, P, false>(from, c, channels - c, v);
}

template <class T, int P, int M, bool Whole>
CONVGRAD_INLINE void upstream_lanes(const T* const* from, int64_t channel, int64_t left,
                                    const WinogradPlanes<Sum<T>>& planes, Sum<T>* sums) {
  Sum<T>* w = planes.at(channel);
  const int64_t plane = planes.plane;
  Vec<T> columns[P][M], sum = read_lanes<Sum<T>, Whole>(sums + channel, left);
  CONVGRAD_UNROLL
  for (int j = 0; j < M; ++j) {
    Vec<T> y[M], t[P];
    CONVGRAD_UNROLL
    for (int i = 0; i < M; ++i) {
      y[i] = read_lanes<T, Whole>(from[i * M + j] + channel, left);
      sum += y[i];
    }
    evaluate<Sum<T>>(y, t);
    CONVGRAD_UNROLL
    for (int i = 0; i < P; ++i) columns[i][j] = t[i];
  }
  CONVGRAD_UNROLL
  for (int i = 0; i < P; ++i) {
    Vec<T> t[P];
    evaluate<Sum<T>>(columns[i], t);
    CONVGRAD_UNROLL
    for (int j = 0; j < P; ++j) store(w + (i * P + j) * plane, t[j]);
  }
  if (Whole) store(sums + channel, sum);
  else store(sums + channel, sum, left);
}

/** One tile of dy: from[M M] point at the channels of its pixels, which are also added to sums[channels]. */
template <class T, int P, int M>
void winograd_upstream(const T* const* from, int64_t channels, const WinogradPlanes<Sum<T>>& w, Sum<T>* sums) {
  constexpr int64_t L = kLanes<T>;
  int64_t c = 0;
  for (; c + L <= channels; c += L) upstream_lanes<T, P, M, true>(from, c, L, w, sums);
  if (c < channels) upstream_lanes<T, P, M, false>(from, c, channels - c, w, sums);
}

template <class T, int P, int M, bool Whole>
CONVGRAD_INLINE void output_lanes(const Sum<T>* z, int64_t plane, int64_t channel, int64_t left,
                                  const Finish<Sum<T>>& finish, T* const* to) {
  const Vec<T> zero{};
  Vec<T> columns[M][P];
  CONVGRAD_UNROLL
  for (int j = 0; j < P; ++j) {
    Vec<T> d[P], t[M];
    CONVGRAD_UNROLL
    for (int i = 0; i < P; ++i) d[i] = load(z + (i * P + j) * plane + channel);
    collect<Sum<T>>(d, t);
    CONVGRAD_UNROLL
    for (int i = 0; i < M; ++i) columns[i][j] = t[i];
  }
  const Vec<T> bias = finish.bias ? read_lanes<Sum<T>, Whole>(finish.bias + channel, left) : zero;
  const bool relu = finish.activation == Activation::relu;
  CONVGRAD_UNROLL
  for (int i = 0; i < M; ++i) {
    Vec<T> t[M];
    collect<Sum<T>>(columns[i], t);
    CONVGRAD_UNROLL
    for (int j = 0; j < M; ++j) {
      T* pixel = to[i * M + j];
      if (!pixel) continue;
      Vec<T> y = t[j] + bias;
      if (finish.accumulate) y += read_lanes<T, Whole>(pixel + channel, left);
      if (relu) y = max(zero, y);
      if (Whole) store(pixel + channel, y);
      else store(pixel + channel, y, left);
    }
  }
}

/** One tile: z[plane e][channels, rounded up to vectors]; to[M M] point at its pixels, null outside the image. */
template <class T, int P, int M>
void winograd_output(const Sum<T>* z, int64_t plane, int64_t channels, const Finish<Sum<T>>& finish, T* const* to) {
  constexpr int64_t L = kLanes<T>;
  int64_t c = 0;
  for (; c + L <= channels; c += L) output_lanes<T, P, M, true>(z, plane, c, L, finish, to);
  if (c < channels) output_lanes<T, P, M, false>(z, plane, c, channels - c, finish, to);
}

/** As many T as a vector holds doubles. */
template <class T>
struct NarrowOf {
  typedef T Type __attribute__((vector_size(kLanes<double> * sizeof(T)), aligned(sizeof(T)), may_alias));
};

/** taps[R R][count] to u[plane e][count]; count is a multiple of a vector. */
template <class T, int P, int R>
void winograd_filter(const T* taps, int64_t count, T* u, int64_t plane) {
  using Narrow = typename NarrowOf<T>::Type;
  using Wide = Vec<double>;
  for (int64_t at = 0; at < count; at += kLanes<double>) {
    Wide columns[P][R];
    CONVGRAD_UNROLL
    for (int j = 0; j < R; ++j) {
      Wide g[R], t[P];
      CONVGRAD_UNROLL
      for (int i = 0; i < R; ++i) {
        g[i] = __builtin_convertvector(*reinterpret_cast<const Narrow*>(taps + (i * R + j) * count + at), Wide);
      }
      evaluate<double>(g, t);
      scale<double>(t);
      CONVGRAD_UNROLL
      for (int i = 0; i < P; ++i) columns[i][j] = t[i];
    }
    CONVGRAD_UNROLL
    for (int i = 0; i < P; ++i) {
      Wide t[P];
      evaluate<double>(columns[i], t);
      scale<double>(t);
      CONVGRAD_UNROLL
      for (int j = 0; j < P; ++j) {
        *reinterpret_cast<Narrow*>(u + (i * P + j) * plane + at) = __builtin_convertvector(t[j], Narrow);
      }
    }
  }
}

/** Numbers [begin, end) of s[plane e], readable to a whole vector, to d_filter[R R][length]. */
template <class T, int P, int R>
void winograd_gradient(const T* s, int64_t plane, T* d_filter, int64_t length, int64_t begin, int64_t end) {
  using Narrow = typename NarrowOf<T>::Type;
  using Wide = Vec<double>;
  for (int64_t at = begin; at < end; at += kLanes<double>) {
    Wide columns[R][P];
    CONVGRAD_UNROLL
    for (int j = 0; j < P; ++j) {
      Wide u[P], g[R];
      CONVGRAD_UNROLL
      for (int i = 0; i < P; ++i) {
        u[i] = __builtin_convertvector(*reinterpret_cast<const Narrow*>(s + (i * P + j) * plane + at), Wide);
      }
      scale<double>(u);
      collect<double>(u, g);
      CONVGRAD_UNROLL
      for (int i = 0; i < R; ++i) columns[i][j] = g[i];
    }
    CONVGRAD_UNROLL
    for (int i = 0; i < R; ++i) {
      Wide g[R];
      scale<double>(columns[i]);
      collect<double>(columns[i], g);
      CONVGRAD_UNROLL
      for (int j = 0; j < R; ++j) {
        T* to = d_filter + (i * R + j) * length + at;
        const Narrow rounded = __builtin_convertvector(g[j], Narrow);
        if (end - at >= kLanes<double>) *reinterpret_cast<Narrow*>(to) = rounded;
        else for (int64_t lane = 0; lane < end - at; ++lane) to[lane] = rounded[lane];
      }
    }
  }
}

CONVGRAD_END_ISA

#endif

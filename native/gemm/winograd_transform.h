// The transforms of Winograd's minimal filtering F(M x M, 3 x 3) (winograd.h), vectorised over channels, and the adjoints of
// two of them, with which the filter gradient is computed (winograd_filter_gradient.h).
//
// F(M, 3) multiplies polynomials by their values at P = M + 2 points, one of them infinity (Toom, Cook, Winograd). With
// d[P] the input, g[3] the filter, f(p) the product of p - q over the other finite points q:
//
//   input    value at p:  d[] times the coefficients of the product of (t - q) over the other points
//   filter   value at p:  (g[0] + p g[1] + p^2 g[2]) / f(p);  g[2] at infinity
//   output   y[k] = sum over p of p^k m(p);  y[M - 1] also gets m(infinity)
//
//   upstream, adjoint of output     value at p:  sum over k of p^k y[k];  y[M - 1] at infinity
//   gradient, adjoint of filter     g[k] = sum over p of p^k u(p) / f(p);  g[2] also gets u(infinity)
//
//   M = 2: points 0, 1, -1, infinity: sums, differences and halves, so exact on integers
//   M = 4: points 0, a, -a, b, -b, infinity with a = 5/8, b = 3/2
//
// With Lavin & Gray's points 0, +-1, +-2 (arXiv 1509.09308) the rms error of F(4, 3) is twice as large. The powers of these
// have few bits, so that they are exact in float32. Filter and gradient are transformed in double and rounded once.
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

/** F(M, 3) in one dimension, for numbers V of elements T. */
template <class T, int M>
struct Minimal;

template <class T>
struct Minimal<T, 2> {
  template <class V>
  static CONVGRAD_INLINE void input(const V (&d)[4], V (&v)[4]) {
    v[0] = d[0] - d[2];
    v[1] = d[2] + d[1];
    v[2] = d[2] - d[1];
    v[3] = d[3] - d[1];
  }
  template <class V>
  static CONVGRAD_INLINE void filter(const V (&g)[3], V (&u)[4]) {
    const T half = 0.5;
    const V even = half * (g[0] + g[2]), odd = half * g[1];
    u[0] = g[0];
    u[1] = even + odd;
    u[2] = even - odd;
    u[3] = g[2];
  }
  template <class V>
  static CONVGRAD_INLINE void output(const V (&m)[4], V (&y)[2]) {
    y[0] = m[0] + (m[1] + m[2]);
    y[1] = m[3] + (m[1] - m[2]);
  }
  template <class V>
  static CONVGRAD_INLINE void upstream(const V (&y)[2], V (&m)[4]) {
    m[0] = y[0];
    m[1] = y[0] + y[1];
    m[2] = y[0] - y[1];
    m[3] = y[1];
  }
  template <class V>
  static CONVGRAD_INLINE void gradient(const V (&u)[4], V (&g)[3]) {
    const T half = 0.5;
    const V even = half * (u[1] + u[2]);
    g[0] = u[0] + even;
    g[1] = half * (u[1] - u[2]);
    g[2] = u[3] + even;
  }
};

template <class T>
struct Minimal<T, 4> {
  static constexpr T a = 0.625, a2 = a * a, a3 = a * a2;
  static constexpr T b = 1.5, b2 = b * b, b3 = b * b2;
  static constexpr T f0 = 1 / (a2 * b2), fa = 1 / (2 * a2 * (a2 - b2)), fb = 1 / (2 * b2 * (b2 - a2));

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
  template <class V>
  static CONVGRAD_INLINE void filter(const V (&g)[3], V (&u)[6]) {
    const V even_a = fa * (g[0] + a2 * g[2]), odd_a = fa * a * g[1];
    const V even_b = fb * (g[0] + b2 * g[2]), odd_b = fb * b * g[1];
    u[0] = f0 * g[0];
    u[1] = even_a + odd_a;
    u[2] = even_a - odd_a;
    u[3] = even_b + odd_b;
    u[4] = even_b - odd_b;
    u[5] = g[2];
  }
  template <class V>
  static CONVGRAD_INLINE void output(const V (&m)[6], V (&y)[4]) {
    const V even_a = m[1] + m[2], odd_a = m[1] - m[2];
    const V even_b = m[3] + m[4], odd_b = m[3] - m[4];
    y[0] = m[0] + even_a + even_b;
    y[1] = a * odd_a + b * odd_b;
    y[2] = a2 * even_a + b2 * even_b;
    y[3] = m[5] + a3 * odd_a + b3 * odd_b;
  }
  template <class V>
  static CONVGRAD_INLINE void upstream(const V (&y)[4], V (&m)[6]) {
    const V even_a = y[0] + a2 * y[2], odd_a = a * y[1] + a3 * y[3];
    const V even_b = y[0] + b2 * y[2], odd_b = b * y[1] + b3 * y[3];
    m[0] = y[0];
    m[1] = even_a + odd_a;
    m[2] = even_a - odd_a;
    m[3] = even_b + odd_b;
    m[4] = even_b - odd_b;
    m[5] = y[3];
  }
  template <class V>
  static CONVGRAD_INLINE void gradient(const V (&u)[6], V (&g)[3]) {
    const V even_a = fa * (u[1] + u[2]), odd_a = fa * (u[1] - u[2]);
    const V even_b = fb * (u[3] + u[4]), odd_b = fb * (u[3] - u[4]);
    g[0] = f0 * u[0] + even_a + even_b;
    g[1] = a * odd_a + b * odd_b;
    g[2] = u[5] + a2 * even_a + b2 * even_b;
  }
};

template <class T, bool Whole>
CONVGRAD_INLINE Vec<T> read_lanes(const T* p, int64_t left) {
  return Whole ? load(p) : load(p, left);
}

template <class T, int M, bool Whole>
CONVGRAD_INLINE void input_lanes(const T* const* from, int64_t channel, int64_t left, const WinogradPlanes<T>& planes) {
  constexpr int P = M + 2;
  T* v = planes.at(channel);
  const int64_t plane = planes.plane;  // what is stored might alias
  Vec<T> columns[P][P];
  CONVGRAD_UNROLL
  for (int j = 0; j < P; ++j) {
    Vec<T> d[P], t[P];
    CONVGRAD_UNROLL
    for (int i = 0; i < P; ++i) d[i] = read_lanes<T, Whole>(from[i * P + j] + channel, left);
    Minimal<T, M>::input(d, t);
    CONVGRAD_UNROLL
    for (int i = 0; i < P; ++i) columns[i][j] = t[i];
  }
  CONVGRAD_UNROLL
  for (int i = 0; i < P; ++i) {
    Vec<T> t[P];
    Minimal<T, M>::input(columns[i], t);
    CONVGRAD_UNROLL
    for (int j = 0; j < P; ++j) store(v + (i * P + j) * plane, t[j]);
  }
}

/** One tile: from[P P] point at the channels of its pixels; v takes the channels, rounded up to vectors. */
template <class T, int M>
void winograd_input(const T* const* from, int64_t channels, const WinogradPlanes<T>& v) {
  constexpr int64_t L = kLanes<T>;
  int64_t c = 0;
  for (; c + L <= channels; c += L) input_lanes<T, M, true>(from, c, L, v);
  if (c < channels) input_lanes<T, M, false>(from, c, channels - c, v);
}

template <class T, int M, bool Whole>
CONVGRAD_INLINE void upstream_lanes(const T* const* from, int64_t channel, int64_t left, const WinogradPlanes<T>& planes,
                                    T* sums) {
  constexpr int P = M + 2;
  T* w = planes.at(channel);
  const int64_t plane = planes.plane;
  Vec<T> columns[P][M], sum = read_lanes<T, Whole>(sums + channel, left);
  CONVGRAD_UNROLL
  for (int j = 0; j < M; ++j) {
    Vec<T> y[M], t[P];
    CONVGRAD_UNROLL
    for (int i = 0; i < M; ++i) {
      y[i] = read_lanes<T, Whole>(from[i * M + j] + channel, left);
      sum += y[i];
    }
    Minimal<T, M>::upstream(y, t);
    CONVGRAD_UNROLL
    for (int i = 0; i < P; ++i) columns[i][j] = t[i];
  }
  CONVGRAD_UNROLL
  for (int i = 0; i < P; ++i) {
    Vec<T> t[P];
    Minimal<T, M>::upstream(columns[i], t);
    CONVGRAD_UNROLL
    for (int j = 0; j < P; ++j) store(w + (i * P + j) * plane, t[j]);
  }
  if (Whole) store(sums + channel, sum);
  else store(sums + channel, sum, left);
}

/** One tile of dy: from[M M] point at the channels of its pixels, which are also added to sums[channels]. */
template <class T, int M>
void winograd_upstream(const T* const* from, int64_t channels, const WinogradPlanes<T>& w, T* sums) {
  constexpr int64_t L = kLanes<T>;
  int64_t c = 0;
  for (; c + L <= channels; c += L) upstream_lanes<T, M, true>(from, c, L, w, sums);
  if (c < channels) upstream_lanes<T, M, false>(from, c, channels - c, w, sums);
}

template <class T, int M, bool Whole>
CONVGRAD_INLINE void output_lanes(const T* z, int64_t plane, int64_t channel, int64_t left, const Finish<T>& finish,
                                  T* const* to) {
  constexpr int P = M + 2;
  const Vec<T> zero{};
  Vec<T> columns[M][P];
  CONVGRAD_UNROLL
  for (int j = 0; j < P; ++j) {
    Vec<T> d[P], t[M];
    CONVGRAD_UNROLL
    for (int i = 0; i < P; ++i) d[i] = load(z + (i * P + j) * plane + channel);
    Minimal<T, M>::output(d, t);
    CONVGRAD_UNROLL
    for (int i = 0; i < M; ++i) columns[i][j] = t[i];
  }
  const Vec<T> bias = finish.bias ? read_lanes<T, Whole>(finish.bias + channel, left) : zero;
  const bool relu = finish.activation == Activation::relu;
  CONVGRAD_UNROLL
  for (int i = 0; i < M; ++i) {
    Vec<T> t[M];
    Minimal<T, M>::output(columns[i], t);
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
template <class T, int M>
void winograd_output(const T* z, int64_t plane, int64_t channels, const Finish<T>& finish, T* const* to) {
  constexpr int64_t L = kLanes<T>;
  int64_t c = 0;
  for (; c + L <= channels; c += L) output_lanes<T, M, true>(z, plane, c, L, finish, to);
  if (c < channels) output_lanes<T, M, false>(z, plane, c, channels - c, finish, to);
}

/** As many T as a vector holds doubles. */
template <class T>
struct NarrowOf {
  typedef T Type __attribute__((vector_size(kLanes<double> * sizeof(T)), aligned(sizeof(T)), may_alias));
};

/** taps[3 3][count] to u[plane e][count]; count is a multiple of a vector. */
template <class T, int M>
void winograd_filter(const T* taps, int64_t count, T* u, int64_t plane) {
  constexpr int P = M + 2;
  using Narrow = typename NarrowOf<T>::Type;
  using Wide = Vec<double>;
  for (int64_t at = 0; at < count; at += kLanes<double>) {
    Wide columns[P][3];
    CONVGRAD_UNROLL
    for (int j = 0; j < 3; ++j) {
      Wide g[3], t[P];
      CONVGRAD_UNROLL
      for (int i = 0; i < 3; ++i) {
        g[i] = __builtin_convertvector(*reinterpret_cast<const Narrow*>(taps + (i * 3 + j) * count + at), Wide);
      }
      Minimal<double, M>::filter(g, t);
      CONVGRAD_UNROLL
      for (int i = 0; i < P; ++i) columns[i][j] = t[i];
    }
    CONVGRAD_UNROLL
    for (int i = 0; i < P; ++i) {
      Wide t[P];
      Minimal<double, M>::filter(columns[i], t);
      CONVGRAD_UNROLL
      for (int j = 0; j < P; ++j) {
        *reinterpret_cast<Narrow*>(u + (i * P + j) * plane + at) = __builtin_convertvector(t[j], Narrow);
      }
    }
  }
}

/** Numbers [begin, end) of s[plane e], readable to a whole vector, to d_filter[3 3][length]. */
template <class T, int M>
void winograd_gradient(const T* s, int64_t plane, T* d_filter, int64_t length, int64_t begin, int64_t end) {
  constexpr int P = M + 2;
  using Narrow = typename NarrowOf<T>::Type;
  using Wide = Vec<double>;
  for (int64_t at = begin; at < end; at += kLanes<double>) {
    Wide columns[3][P];
    CONVGRAD_UNROLL
    for (int j = 0; j < P; ++j) {
      Wide u[P], g[3];
      CONVGRAD_UNROLL
      for (int i = 0; i < P; ++i) {
        u[i] = __builtin_convertvector(*reinterpret_cast<const Narrow*>(s + (i * P + j) * plane + at), Wide);
      }
      Minimal<double, M>::gradient(u, g);
      CONVGRAD_UNROLL
      for (int i = 0; i < 3; ++i) columns[i][j] = g[i];
    }
    CONVGRAD_UNROLL
    for (int i = 0; i < 3; ++i) {
      Wide g[3];
      Minimal<double, M>::gradient(columns[i], g);
      CONVGRAD_UNROLL
      for (int j = 0; j < 3; ++j) {
        T* to = d_filter + (i * 3 + j) * length + at;
        const Narrow rounded = __builtin_convertvector(g[j], Narrow);
        if (end - at >= kLanes<double>) *reinterpret_cast<Narrow*>(to) = rounded;
        else for (int64_t lane = 0; lane < end - at; ++lane) to[lane] = rounded[lane];
      }
    }
  }
}

CONVGRAD_END_ISA

#endif

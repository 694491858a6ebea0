// Elementary functions of Vec<float> and Vec<double>: exp, expm1, log, tanh, sigmoid, erf, sin, cos.
//
// The usual scheme: reduce the argument to a short interval around zero, evaluate a polynomial there, undo the reduction.
// Within 2 to 3 units in the last place (log, exp: 1 to 2) against the exact value on every instruction set; the C library
// is not called, so that the binary keeps its low glibc floor and a result does not depend on the machine's libm.
// NaN gives NaN, overflow gives infinity, results below the smallest normal number are flushed to zero.
// erf's coefficients: Chebyshev fits of erf(x)/x over x^2 in [0, 1] and of erfc(x) exp(x^2) over x in [1, 6].
//
// This header is included once per instruction set (see foreach_isa.h).
#if defined(CONVGRAD_SIMD_MATH_H) == defined(CONVGRAD_ISA_TOGGLE)
#ifdef CONVGRAD_SIMD_MATH_H
#undef CONVGRAD_SIMD_MATH_H
#else
#define CONVGRAD_SIMD_MATH_H
#endif

#include "simd/vec.h"

CONVGRAD_BEGIN_ISA

/** The layout of T: magic + x rounds x to an integer and leaves that integer in the low bits. */
template <class T>
struct Format;

template <>
struct Format<float> {
  static constexpr int kMantissa = 23;
  static constexpr int32_t kBias = 127;
  static constexpr float kMagic = 12582912.0f;  // 1.5 * 2^23
  static constexpr float kLn2High = 0.693115234375f, kLn2Low = 3.1946184945309417e-5f;
  static constexpr float kExpLow = -87.5f, kExpHigh = 89.0f;
  static constexpr float kSmallestNormal = 1.17549435e-38f, kInfinity = __builtin_inff();
  static constexpr int32_t kSqrtHalfBits = 0x3f3504f3;
};

template <>
struct Format<double> {
  static constexpr int kMantissa = 52;
  static constexpr int64_t kBias = 1023;
  static constexpr double kMagic = 6755399441055744.0;  // 1.5 * 2^52
  static constexpr double kLn2High = 0.6931471804855391383171082, kLn2Low = 7.440617110012396716130157e-11;
  static constexpr double kExpLow = -708.5, kExpHigh = 710.0;
  static constexpr double kSmallestNormal = 2.2250738585072014e-308, kInfinity = __builtin_inf();
  static constexpr int64_t kSqrtHalfBits = 0x3fe6a09e667f3bcd;
};

/** c0 + c1 x + c2 x^2 + ... */
template <class V, class T>
CONVGRAD_INLINE V polynomial(V, T c0) {
  return broadcast<T>(c0);
}
template <class V, class T, class... Rest>
CONVGRAD_INLINE V polynomial(V x, T c0, Rest... rest) {
  return x * polynomial(x, rest...) + c0;
}

/** x = n ln 2 + r with |r| <= ln 2 / 2: gives r, and 2^(n-1) in `half_scale` (half, so that n may exceed the range). */
template <class V>
CONVGRAD_INLINE V reduce_exponent(V x, V& half_scale) {
  using T = __typeof__(x[0] + x[0]);
  using F = Format<T>;
  x = min(broadcast<T>(F::kExpHigh), max(broadcast<T>(F::kExpLow), x));
  const V shifted = x * static_cast<T>(1.442695040888963407) + F::kMagic;
  const V n = shifted - F::kMagic;
  const Bits<T> exponent = reinterpret_cast<Bits<T>>(shifted) - reinterpret_cast<Bits<T>>(broadcast<T>(F::kMagic));
  half_scale = reinterpret_cast<V>((exponent + (F::kBias - 1)) << F::kMantissa);
  return (x - n * F::kLn2High) - n * F::kLn2Low;
}

/** (e^r - 1 - r) / r^2 for |r| <= ln 2 / 2: the Taylor series. */
template <class V>
CONVGRAD_INLINE V exp_tail(V r) {
  if constexpr (sizeof(r[0]) == 4) {
    return polynomial(r, 0.5f, 1.0f / 6, 1.0f / 24, 1.0f / 120, 1.0f / 720, 1.0f / 5040);
  } else {
    return polynomial(r, 0.5, 1.0 / 6, 1.0 / 24, 1.0 / 120, 1.0 / 720, 1.0 / 5040, 1.0 / 40320, 1.0 / 362880,
                      1.0 / 3628800, 1.0 / 39916800, 1.0 / 479001600, 1.0 / 6227020800);
  }
}

template <class V>
CONVGRAD_INLINE V exp(V x) {
  V half_scale;
  const V r = reduce_exponent(x, half_scale);
  return (r * r * exp_tail(r) + r + 1) * half_scale * 2;
}

/** e^x - 1, accurate near zero. */
template <class V>
CONVGRAD_INLINE V expm1(V x) {
  V half_scale;
  const V r = reduce_exponent(x, half_scale);
  const V tail = r * r * exp_tail(r) + r;
  using T = __typeof__(x[0] + x[0]);
  return (half_scale * tail + (half_scale - static_cast<T>(0.5))) * 2;
}

/** Natural logarithm: x = 2^e m, m in [sqrt(1/2), sqrt(2)); ln m = 2 artanh(s) with s = (m-1)/(m+1). */
template <class V>
CONVGRAD_INLINE V log(V x) {
  using T = __typeof__(x[0] + x[0]);
  using F = Format<T>;
  using I = typename VecOf<T>::Integer;
  const V zero{};
  const I one = F::kBias << F::kMantissa;
  const auto tiny = x < F::kSmallestNormal;
  const T lift = static_cast<T>(I(1) << F::kMantissa);
  const Bits<T> bits = reinterpret_cast<Bits<T>>(select(tiny, x * lift, x)) - F::kSqrtHalfBits;
  const Bits<T> exponent = ((bits + one) >> F::kMantissa) - F::kBias;
  const V mantissa = reinterpret_cast<V>(bits - (exponent << F::kMantissa) + F::kSqrtHalfBits);
  V e = reinterpret_cast<V>(exponent + reinterpret_cast<Bits<T>>(broadcast<T>(F::kMagic))) - F::kMagic;
  e = e - select(tiny, broadcast<T>(F::kMantissa), zero);
  const V f = mantissa - 1;
  const V s = f / (f + 2);
  const V z = s * s;
  V series;  // sum over k >= 1 of 2 z^k / (2k + 1)
  if constexpr (sizeof(T) == 4) {
    series = z * polynomial(z, 2.0f / 3, 2.0f / 5, 2.0f / 7, 2.0f / 9);
  } else {
    series = z * polynomial(z, 2.0 / 3, 2.0 / 5, 2.0 / 7, 2.0 / 9, 2.0 / 11, 2.0 / 13, 2.0 / 15, 2.0 / 17, 2.0 / 19,
                            2.0 / 21);
  }
  const V half_square = static_cast<T>(0.5) * f * f;
  const V result = e * F::kLn2High - ((half_square - (s * (half_square + series) + e * F::kLn2Low)) - f);
  const V infinity = broadcast<T>(F::kInfinity);
  const V edge = select(x == zero, -infinity, infinity - infinity);
  return select(x > zero, select(x == infinity, x, result), edge);
}

template <class V>
CONVGRAD_INLINE V tanh(V x) {
  using T = __typeof__(x[0] + x[0]);
  const V e = expm1(min(broadcast<T>(44), abs(x) * 2));
  return copy_sign(e / (e + 2), x);
}

/** 1 / (1 + e^-x) */
template <class V>
CONVGRAD_INLINE V sigmoid(V x) {
  return 1 / (1 + exp(-x));
}

template <class V>
CONVGRAD_INLINE V erf(V x) {
  using T = __typeof__(x[0] + x[0]);
  const V a = min(broadcast<T>(6), abs(x));
  const V z = a * a;
  const V u = static_cast<T>(14.4) / (a + 3) - static_cast<T>(2.6);  // x in [1, 6] -> [-1, 1]
  V small, large;
  if constexpr (sizeof(T) == 4) {
    small = polynomial(z, 1.12837917f, -0.376126267f, 0.112835947f, -0.026854212f, 0.00518908742f, -0.000801686429f,
                       7.87587506e-5f);
    large = polynomial(u, 0.207983295f, 0.154361174f, 0.0496983123f, 0.012713149f, 0.00247998258f, 0.000331596726f,
                       1.8485698e-5f, -2.41579823e-6f);
  } else {
    small = polynomial(z, 1.1283791670955126, -0.3761263890318354, 0.11283791670945006, -0.02686617064323777,
                       0.0052239776071164227, -0.00085483259753896921, 0.00012055294904839708, -1.492473690741966e-5,
                       1.6447424703317362e-6, -1.6208483801871706e-7, 1.3720064546777686e-8, -7.7958988270021422e-10);
    large = polynomial(u, 0.20798329133342887, 0.15436117429436918, 0.049698445403394136, 0.012713147695691918,
                       0.0024793146970862531, 0.00033160296057928385, 1.9563583197781741e-5, -2.4255574850429228e-6,
                       -5.5412730980166399e-7, 4.5267318133461339e-9, 1.1339335731147059e-8, 2.6377560229741262e-10,
                       -2.5700407551346904e-10, -6.0217325603032397e-12, 6.0437921477888128e-12,
                       -6.6976455647908151e-15);
  }
  return copy_sign(select(a < 1, a * small, 1 - exp(-z) * large), x);
}

/** sin and cos together: x = q pi/2 + r with |r| <= pi/4. Meant for |x| up to some thousands. */
template <class V>
CONVGRAD_INLINE void sin_cos(V x, V& sine, V& cosine) {
  using T = __typeof__(x[0] + x[0]);
  using F = Format<T>;
  const V shifted = x * static_cast<T>(0.63661977236758134308) + F::kMagic;
  const V q = shifted - F::kMagic;
  const Bits<T> quadrant = reinterpret_cast<Bits<T>>(shifted);
  V s, c, r;
  if constexpr (sizeof(T) == 4) {
    r = x - q * 1.5703125f - q * 0.00048375129699707031f - q * 7.5497899548918822e-8f;
    const V z = r * r;
    s = r + r * z * polynomial(z, -1.0f / 6, 1.0f / 120, -1.0f / 5040, 1.0f / 362880);
    c = 1 + z * polynomial(z, -0.5f, 1.0f / 24, -1.0f / 720, 1.0f / 40320, -1.0f / 3628800);
  } else {
    r = x - q * 1.57079632673412561416626 - q * 6.077100506303965976595549e-11 - q * 2.022266248795950732399685e-21;
    const V z = r * r;
    s = r + r * z * polynomial(z, -1.0 / 6, 1.0 / 120, -1.0 / 5040, 1.0 / 362880, -1.0 / 39916800, 1.0 / 6227020800,
                               -1.0 / 1307674368000, 1.0 / 355687428096000);
    c = 1 + z * polynomial(z, -0.5, 1.0 / 24, -1.0 / 720, 1.0 / 40320, -1.0 / 3628800, 1.0 / 479001600,
                           -1.0 / 87178291200, 1.0 / 20922789888000);
  }
  const auto swapped = (quadrant & 1) != 0;
  const V ps = select(swapped, c, s), pc = select(swapped, s, c);
  sine = select((quadrant & 2) != 0, -ps, ps);
  cosine = select(((quadrant + 1) & 2) != 0, -pc, pc);
}

CONVGRAD_END_ISA

#endif

// Vec<T>: one vector register of T (float, double, int32_t) of the instruction set being compiled, 16, 32 or 64 bytes;
// Vec<bfloat16> is Vec<float>.
//
// It is a GCC/Clang vector type: + - * / & | ^ << >>, comparisons (which give a Mask<T>: all bits set where true), casts
// between bit patterns, mixing with scalars (`2.0f * v`) and v[i] are the language's own, and a * b + c becomes a fused
// multiply-add where the instruction exists. Intrinsics stand only where the language has no word.
//
// An elementwise kernel needs one loop and no tail: load(p, left) and store(p, v, left) touch min(left, kLanes<T>)
// elements, left > 0; lanes that were not read are zero.
//
//     for (int64_t i = 0; i < n; i += kLanes<T>) store(y + i, max(load(x + i, n - i), zero), n - i);
//
// This header is included once per instruction set (see foreach_isa.h).
#if defined(CONVGRAD_SIMD_VEC_H) == defined(CONVGRAD_ISA_TOGGLE)
#ifdef CONVGRAD_SIMD_VEC_H
#undef CONVGRAD_SIMD_VEC_H
#else
#define CONVGRAD_SIMD_VEC_H
#endif

// CONVGRAD_X86(max, ps) is _mm_max_ps, _mm256_max_ps or _mm512_max_ps, whichever has the width of Vec.
#undef CONVGRAD_X86
#if CONVGRAD_VECTOR_BYTES == 64
#define CONVGRAD_X86(op, type) _mm512_##op##_##type
#elif CONVGRAD_VECTOR_BYTES == 32
#define CONVGRAD_X86(op, type) _mm256_##op##_##type
#elif defined(__x86_64__)
#define CONVGRAD_X86(op, type) _mm_##op##_##type
#endif

CONVGRAD_BEGIN_ISA

template <class T>
struct VecOf;

template <>
struct VecOf<float> {
  typedef float Type __attribute__((vector_size(CONVGRAD_VECTOR_BYTES)));
  typedef float Memory __attribute__((vector_size(CONVGRAD_VECTOR_BYTES), aligned(4), may_alias));
  typedef int32_t Integer;
};

template <>
struct VecOf<double> {
  typedef double Type __attribute__((vector_size(CONVGRAD_VECTOR_BYTES)));
  typedef double Memory __attribute__((vector_size(CONVGRAD_VECTOR_BYTES), aligned(8), may_alias));
  typedef int64_t Integer;
};

template <>
struct VecOf<int32_t> {
  typedef int32_t Type __attribute__((vector_size(CONVGRAD_VECTOR_BYTES)));
  typedef int32_t Memory __attribute__((vector_size(CONVGRAD_VECTOR_BYTES), aligned(4), may_alias));
  typedef int32_t Integer;
};

template <>
struct VecOf<int64_t> {
  typedef int64_t Type __attribute__((vector_size(CONVGRAD_VECTOR_BYTES)));
  typedef int64_t Memory __attribute__((vector_size(CONVGRAD_VECTOR_BYTES), aligned(8), may_alias));
  typedef int64_t Integer;
};

/** bfloat16 in memory, float in registers: loads widen, stores round. */
template <>
struct VecOf<bfloat16> : VecOf<float> {};

template <class T>
using Vec = typename VecOf<T>::Type;

/** The bit pattern of a Vec<T> as integers of T's size; also what comparisons of Vec<T> give. */
template <class T>
using Bits = typename VecOf<typename VecOf<T>::Integer>::Type;
template <class T>
using Mask = Bits<T>;

/** Elements of T in one vector. */
template <class T>
inline constexpr int64_t kLanes = CONVGRAD_VECTOR_BYTES / static_cast<int64_t>(sizeof(Sum<T>));

template <class T>
CONVGRAD_INLINE Vec<T> broadcast(T value) {
  return value - Vec<T>{};
}

/** 0, 1, 2, ... */
template <class T>
CONVGRAD_INLINE Vec<T> iota() {
  Vec<T> v{};
  for (int i = 0; i < kLanes<T>; ++i) v[i] = static_cast<T>(i);
  return v;
}

template <class T>
CONVGRAD_INLINE Vec<T> load(const T* p) {
  return *reinterpret_cast<const typename VecOf<T>::Memory*>(p);
}

template <class T>
CONVGRAD_INLINE void store(T* p, Vec<T> v) {
  *reinterpret_cast<typename VecOf<T>::Memory*>(p) = v;
}

typedef uint16_t UpperHalves __attribute__((vector_size(CONVGRAD_VECTOR_BYTES / 2)));
typedef uint16_t UpperHalvesMemory __attribute__((vector_size(CONVGRAD_VECTOR_BYTES / 2), aligned(2), may_alias));
typedef uint32_t Patterns __attribute__((vector_size(CONVGRAD_VECTOR_BYTES)));

CONVGRAD_INLINE Vec<float> widen(UpperHalves v) {
#if CONVGRAD_VECTOR_BYTES == 64  // the conversion of the language takes the halves one by one
  return reinterpret_cast<Vec<float>>(_mm512_slli_epi32(_mm512_cvtepu16_epi32(reinterpret_cast<__m256i>(v)), 16));
#elif CONVGRAD_VECTOR_BYTES == 32
  return reinterpret_cast<Vec<float>>(_mm256_slli_epi32(_mm256_cvtepu16_epi32(reinterpret_cast<__m128i>(v)), 16));
#else
  return reinterpret_cast<Vec<float>>(__builtin_convertvector(v, Patterns) << 16);
#endif
}
/** The nearest bfloat16, the even one of two; NaN stays NaN. */
CONVGRAD_INLINE UpperHalves narrow(Vec<float> v) {
#ifdef CONVGRAD_BFLOAT16_PAIRS
  return reinterpret_cast<UpperHalves>(_mm512_cvtneps_pbh(v));
#else
  const Patterns pattern = reinterpret_cast<Patterns>(v);
  const Patterns rounded = pattern + 0x7fff + (pattern >> 16 & 1), kept = v == v ? rounded : pattern | 0x400000;
#if CONVGRAD_VECTOR_BYTES == 64
  typedef uint16_t Words __attribute__((vector_size(CONVGRAD_VECTOR_BYTES)));
  const Words words = reinterpret_cast<Words>(kept);
  return __builtin_shufflevector(words, words, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27, 29, 31);
#else
  return __builtin_convertvector(kept >> 16, UpperHalves);
#endif
#endif
}
CONVGRAD_INLINE Vec<float> load(const bfloat16* p) { return widen(*reinterpret_cast<const UpperHalvesMemory*>(p)); }
CONVGRAD_INLINE void store(bfloat16* p, Vec<float> v) { *reinterpret_cast<UpperHalvesMemory*>(p) = narrow(v); }

// The first `count` lanes, 0 <= count <= kLanes<T>.
#if CONVGRAD_VECTOR_BYTES == 64

CONVGRAD_INLINE Vec<float> load_partial(const float* p, int64_t count) {
  return _mm512_maskz_loadu_ps(_bzhi_u32(0xffff, static_cast<uint32_t>(count)), p);
}
CONVGRAD_INLINE void store_partial(float* p, Vec<float> v, int64_t count) {
  _mm512_mask_storeu_ps(p, _bzhi_u32(0xffff, static_cast<uint32_t>(count)), v);
}
CONVGRAD_INLINE Vec<double> load_partial(const double* p, int64_t count) {
  return _mm512_maskz_loadu_pd(_bzhi_u32(0xff, static_cast<uint32_t>(count)), p);
}
CONVGRAD_INLINE void store_partial(double* p, Vec<double> v, int64_t count) {
  _mm512_mask_storeu_pd(p, _bzhi_u32(0xff, static_cast<uint32_t>(count)), v);
}

#elif CONVGRAD_VECTOR_BYTES == 32

CONVGRAD_INLINE Vec<float> load_partial(const float* p, int64_t count) {
  const Mask<float> inside = iota<int32_t>() < static_cast<int32_t>(count);
  return _mm256_maskload_ps(p, reinterpret_cast<__m256i>(inside));
}
CONVGRAD_INLINE void store_partial(float* p, Vec<float> v, int64_t count) {
  const Mask<float> inside = iota<int32_t>() < static_cast<int32_t>(count);
  _mm256_maskstore_ps(p, reinterpret_cast<__m256i>(inside), v);
}
CONVGRAD_INLINE Vec<double> load_partial(const double* p, int64_t count) {
  const Mask<double> inside = iota<int64_t>() < count;
  return _mm256_maskload_pd(p, reinterpret_cast<__m256i>(inside));
}
CONVGRAD_INLINE void store_partial(double* p, Vec<double> v, int64_t count) {
  const Mask<double> inside = iota<int64_t>() < count;
  _mm256_maskstore_pd(p, reinterpret_cast<__m256i>(inside), v);
}

#else

CONVGRAD_INLINE Vec<float> load_partial(const float* p, int64_t count) {
  return Vec<float>{count > 0 ? p[0] : 0, count > 1 ? p[1] : 0, count > 2 ? p[2] : 0, count > 3 ? p[3] : 0};
}
CONVGRAD_INLINE void store_partial(float* p, Vec<float> v, int64_t count) {
  if (count > 0) p[0] = v[0];
  if (count > 1) p[1] = v[1];
  if (count > 2) p[2] = v[2];
  if (count > 3) p[3] = v[3];
}
CONVGRAD_INLINE Vec<double> load_partial(const double* p, int64_t count) {
  return Vec<double>{count > 0 ? p[0] : 0, count > 1 ? p[1] : 0};
}
CONVGRAD_INLINE void store_partial(double* p, Vec<double> v, int64_t count) {
  if (count > 0) p[0] = v[0];
  if (count > 1) p[1] = v[1];
}

#endif

#if CONVGRAD_VECTOR_BYTES == 64
CONVGRAD_INLINE Vec<float> load_partial(const bfloat16* p, int64_t count) {
  return widen(reinterpret_cast<UpperHalves>(_mm256_maskz_loadu_epi16(_bzhi_u32(0xffff, static_cast<uint32_t>(count)), p)));
}
CONVGRAD_INLINE void store_partial(bfloat16* p, Vec<float> v, int64_t count) {
  _mm256_mask_storeu_epi16(p, _bzhi_u32(0xffff, static_cast<uint32_t>(count)), reinterpret_cast<__m256i>(narrow(v)));
}
#else
CONVGRAD_INLINE Vec<float> load_partial(const bfloat16* p, int64_t count) {
  UpperHalves v{};
  for (int64_t i = 0; i < count; ++i) v[i] = p[i].bits;
  return widen(v);
}
CONVGRAD_INLINE void store_partial(bfloat16* p, Vec<float> v, int64_t count) {
  const UpperHalves rounded = narrow(v);
  for (int64_t i = 0; i < count; ++i) p[i].bits = rounded[i];
}
#endif

CONVGRAD_INLINE Vec<int32_t> load_partial(const int32_t* p, int64_t count) {
  return reinterpret_cast<Vec<int32_t>>(load_partial(reinterpret_cast<const float*>(p), count));
}
CONVGRAD_INLINE void store_partial(int32_t* p, Vec<int32_t> v, int64_t count) {
  store_partial(reinterpret_cast<float*>(p), reinterpret_cast<Vec<float>>(v), count);
}

/** The next min(left, kLanes<T>) elements, then zeros. */
template <class T>
CONVGRAD_INLINE Vec<T> load(const T* p, int64_t left) {
  return left >= kLanes<T> ? load(p) : load_partial(p, left);
}

/** Writes the first min(left, kLanes<T>) elements. */
template <class T>
CONVGRAD_INLINE void store(T* p, Vec<T> v, int64_t left) {
  if (left >= kLanes<T>) {
    store(p, v);
  } else {
    store_partial(p, v, left);
  }
}

/** kLanes<T> elements of another type (uint8_t pixels, int32_t labels, float), converted to T. */
template <class T, class From>
CONVGRAD_INLINE Vec<T> load_as(const From* p) {
#if CONVGRAD_VECTOR_BYTES > 16
  if constexpr (sizeof(T) == 4 && sizeof(From) == 1) {
#if CONVGRAD_VECTOR_BYTES == 64
    return _mm512_cvtepi32_ps(_mm512_cvtepu8_epi32(_mm_loadu_si128(reinterpret_cast<const __m128i*>(p))));
#else
    return _mm256_cvtepi32_ps(_mm256_cvtepu8_epi32(_mm_loadl_epi64(reinterpret_cast<const __m128i*>(p))));
#endif
  }
#endif
  Vec<T> v{};
#pragma GCC unroll 16
  for (int i = 0; i < kLanes<T>; ++i) v[i] = static_cast<T>(p[i]);
  return v;
}

/** The next min(left, kLanes<T>) elements of another type converted to T, then zeros. */
template <class T, class From>
CONVGRAD_INLINE Vec<T> load_as(const From* p, int64_t left) {
  if (left >= kLanes<T>) return load_as<T>(p);
  Vec<T> v{};
  for (int i = 0; i < left; ++i) v[i] = static_cast<T>(p[i]);
  return v;
}

// Stores past the cache, for outputs much larger than it: p aligned to the vector; stream_fence() before anyone reads.
#if defined(__x86_64__)
CONVGRAD_INLINE void stream(float* p, Vec<float> v) { CONVGRAD_X86(stream, ps)(p, v); }
CONVGRAD_INLINE void stream(double* p, Vec<double> v) { CONVGRAD_X86(stream, pd)(p, v); }
CONVGRAD_INLINE void stream_fence() { _mm_sfence(); }
#else
CONVGRAD_INLINE void stream(float* p, Vec<float> v) { store(p, v); }
CONVGRAD_INLINE void stream(double* p, Vec<double> v) { store(p, v); }
CONVGRAD_INLINE void stream_fence() {}
#endif

/** a where the mask is set, else b. */
template <class V, class M>
CONVGRAD_INLINE V select(M mask, V a, V b) {
  return mask ? a : b;
}

// min(a, b) = a < b ? a : b and max(a, b) = a > b ? a : b: where either is NaN the result is b.
#if defined(__x86_64__)
CONVGRAD_INLINE Vec<float> min(Vec<float> a, Vec<float> b) { return CONVGRAD_X86(min, ps)(a, b); }
CONVGRAD_INLINE Vec<float> max(Vec<float> a, Vec<float> b) { return CONVGRAD_X86(max, ps)(a, b); }
CONVGRAD_INLINE Vec<double> min(Vec<double> a, Vec<double> b) { return CONVGRAD_X86(min, pd)(a, b); }
CONVGRAD_INLINE Vec<double> max(Vec<double> a, Vec<double> b) { return CONVGRAD_X86(max, pd)(a, b); }
CONVGRAD_INLINE Vec<float> sqrt(Vec<float> a) { return CONVGRAD_X86(sqrt, ps)(a); }
CONVGRAD_INLINE Vec<double> sqrt(Vec<double> a) { return CONVGRAD_X86(sqrt, pd)(a); }
#else
CONVGRAD_INLINE Vec<float> min(Vec<float> a, Vec<float> b) { return a < b ? a : b; }
CONVGRAD_INLINE Vec<float> max(Vec<float> a, Vec<float> b) { return a > b ? a : b; }
CONVGRAD_INLINE Vec<double> min(Vec<double> a, Vec<double> b) { return a < b ? a : b; }
CONVGRAD_INLINE Vec<double> max(Vec<double> a, Vec<double> b) { return a > b ? a : b; }
CONVGRAD_INLINE Vec<float> sqrt(Vec<float> a) { return vsqrtq_f32(a); }
CONVGRAD_INLINE Vec<double> sqrt(Vec<double> a) { return vsqrtq_f64(a); }
#endif

CONVGRAD_INLINE Vec<float> abs(Vec<float> a) {
  return reinterpret_cast<Vec<float>>(reinterpret_cast<Bits<float>>(a) & 0x7fffffff);
}
CONVGRAD_INLINE Vec<double> abs(Vec<double> a) {
  return reinterpret_cast<Vec<double>>(reinterpret_cast<Bits<double>>(a) & 0x7fffffffffffffff);
}

/** |magnitude| with the sign of `sign`. */
template <class V>
CONVGRAD_INLINE V copy_sign(V magnitude, V sign) {
  using T = __typeof__(magnitude[0] + magnitude[0]);
  const Bits<T> top = Bits<T>{} + (static_cast<typename VecOf<T>::Integer>(1) << (sizeof(T) * 8 - 1));
  return reinterpret_cast<V>((reinterpret_cast<Bits<T>>(sign) & top) | (reinterpret_cast<Bits<T>>(magnitude) & ~top));
}

// Reductions over the lanes, by halves: the order is fixed.
template <class V>
CONVGRAD_INLINE auto sum(V v) {
  using T = __typeof__(v[0] + v[0]);
  T lane[kLanes<T>];
  store(lane, v);
#pragma GCC unroll 4
  for (int64_t half = kLanes<T> / 2; half > 0; half /= 2) {
#pragma GCC unroll 8
    for (int64_t i = 0; i < half; ++i) lane[i] += lane[i + half];
  }
  return lane[0];
}

template <class V>
CONVGRAD_INLINE auto max_lane(V v) {
  using T = __typeof__(v[0] + v[0]);
  T lane[kLanes<T>];
  store(lane, v);
#pragma GCC unroll 4
  for (int64_t half = kLanes<T> / 2; half > 0; half /= 2) {
#pragma GCC unroll 8
    for (int64_t i = 0; i < half; ++i) lane[i] = lane[i] > lane[i + half] ? lane[i] : lane[i + half];
  }
  return lane[0];
}

CONVGRAD_END_ISA

#endif

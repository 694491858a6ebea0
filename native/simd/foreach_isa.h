// Compiles one kernel file once per instruction set, inside one translation unit and without per-file compiler flags.
//
// A kernel file names itself and includes this header; the header re-includes that file once per instruction set, each
// time with other definitions of the macros below, and lets the last pass fall through:
//
//     #include "runtime/op.h"                      // std and runtime headers: always before this point
//     #undef CONVGRAD_KERNEL_FILE
//     #define CONVGRAD_KERNEL_FILE "ops/relu.cpp"
//     #include "simd/foreach_isa.h"
//     #include "simd/vec.h"
//     CONVGRAD_BEGIN_ISA                           // namespace convgrad::<isa>, compiled for <isa>
//     template <class T> void relu(const T* x, T* y, int64_t n) { ... }
//     CONVGRAD_END_ISA
//     #if CONVGRAD_ONCE                            // last pass only: dispatch and registration
//     ... CONVGRAD_DISPATCH(relu<float>)(x, y, n) ...
//     #endif
//
// Rules inside a region: no templates or inline functions of std (the linker might keep the AVX-512 copy for everyone),
// and a lambda needs CONVGRAD_TARGET after its parameter list, for it does not inherit the region's instruction set.
// Everything in a region has internal linkage, so equal names in two kernel files do not meet.
//
// A file that multiplies bfloat16, or rounds much to it, defines CONVGRAD_BFLOAT16_PASS before it includes this header, and is compiled once more on
// x86-64, as avx512_bf16: the same code, where simd/vec.h and gemm/pairs.h have better instructions.
//
// Per pass:  CONVGRAD_ISA_NAMESPACE   scalar | avx2 | avx512 | avx512_bf16 (x86-64), neon (arm64); `scalar` is 128 bits wide
//            CONVGRAD_VECTOR_BYTES    16 | 32 | 64
//            CONVGRAD_VECTOR_COUNT    architectural vector registers: 16 | 32
//            CONVGRAD_ISA_TOGGLE      defined in every other pass: the include guard of headers re-included per pass
//            CONVGRAD_BFLOAT16_PAIRS  defined in the pass that has AVX512-BF16
#ifndef CONVGRAD_SIMD_FOREACH_ISA_H
#define CONVGRAD_SIMD_FOREACH_ISA_H

#include <stddef.h>
#include <stdint.h>

#include "runtime/bfloat16.h"
#include "runtime/cpu.h"

#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"  // GCC 12's own AVX-512 intrinsics pass an undefined register
#pragma GCC diagnostic ignored "-Wuninitialized"
#endif

#if defined(__x86_64__)
#include <immintrin.h>
#elif defined(__aarch64__)
#include <arm_neon.h>
#else
#error "convgrad supports x86-64 and arm64"
#endif

#define CONVGRAD_INLINE inline __attribute__((always_inline))
#define CONVGRAD_PRAGMA(text) _Pragma(#text)
#define CONVGRAD_UNROLL _Pragma("GCC unroll 32")

// CONVGRAD_OPEN_TARGET(list): code up to CONVGRAD_CLOSE_TARGET may use the features in the list.
#if defined(__clang__)
#define CONVGRAD_OPEN_TARGET(list) \
  CONVGRAD_PRAGMA(clang attribute push(__attribute__((target(list))), apply_to = function))
#define CONVGRAD_CLOSE_TARGET CONVGRAD_PRAGMA(clang attribute pop)
#else
#define CONVGRAD_OPEN_TARGET(list) CONVGRAD_PRAGMA(GCC push_options) CONVGRAD_PRAGMA(GCC target(list))
#define CONVGRAD_CLOSE_TARGET CONVGRAD_PRAGMA(GCC pop_options)
#endif

// The pointer, among the copies of one function, that fits the running processor (and CONVGRAD_ISA).
#if defined(__x86_64__)
namespace convgrad {
template <class F>
F select_isa(F scalar, F avx2, F avx512) {
  const Isa isa = active_isa();
  return isa >= Isa::avx512 ? avx512 : isa == Isa::avx2 ? avx2 : scalar;
}
template <class F>
F select_isa(F scalar, F avx2, F avx512, F avx512_bf16) {
  return active_isa() == Isa::avx512_bf16 ? avx512_bf16 : select_isa(scalar, avx2, avx512);
}
}  // namespace convgrad
#ifdef CONVGRAD_BFLOAT16_PASS
#define CONVGRAD_DISPATCH(...)                                                               \
  ::convgrad::select_isa(&::convgrad::scalar::__VA_ARGS__, &::convgrad::avx2::__VA_ARGS__,   \
                         &::convgrad::avx512::__VA_ARGS__, &::convgrad::avx512_bf16::__VA_ARGS__)
#else
#define CONVGRAD_DISPATCH(...) \
  ::convgrad::select_isa(&::convgrad::scalar::__VA_ARGS__, &::convgrad::avx2::__VA_ARGS__, &::convgrad::avx512::__VA_ARGS__)
#endif
#else
#define CONVGRAD_DISPATCH(...) (&::convgrad::neon::__VA_ARGS__)
#endif

#define CONVGRAD_AVX2_FEATURES "avx2,fma,f16c,bmi2"
#define CONVGRAD_AVX512_FEATURES "avx512f,avx512bw,avx512dq,avx512vl,avx2,fma,f16c,bmi2"
#define CONVGRAD_AVX512_BF16_FEATURES "avx512bf16," CONVGRAD_AVX512_FEATURES

#if defined(__x86_64__)

#define CONVGRAD_ONCE 0
#define CONVGRAD_VECTOR_BYTES 64
#define CONVGRAD_VECTOR_COUNT 32
#define CONVGRAD_END_ISA } } CONVGRAD_CLOSE_TARGET

#ifdef CONVGRAD_BFLOAT16_PASS
#define CONVGRAD_BFLOAT16_PAIRS
#define CONVGRAD_ISA_NAMESPACE avx512_bf16
#define CONVGRAD_TARGET __attribute__((target(CONVGRAD_AVX512_BF16_FEATURES)))
#define CONVGRAD_BEGIN_ISA CONVGRAD_OPEN_TARGET(CONVGRAD_AVX512_BF16_FEATURES) namespace convgrad::avx512_bf16 { namespace {
#include CONVGRAD_KERNEL_FILE

#undef CONVGRAD_BFLOAT16_PAIRS
#undef CONVGRAD_ISA_NAMESPACE
#undef CONVGRAD_TARGET
#undef CONVGRAD_BEGIN_ISA
#define CONVGRAD_ISA_TOGGLE
#endif

#define CONVGRAD_ISA_NAMESPACE avx512
#define CONVGRAD_TARGET __attribute__((target(CONVGRAD_AVX512_FEATURES)))
#define CONVGRAD_BEGIN_ISA CONVGRAD_OPEN_TARGET(CONVGRAD_AVX512_FEATURES) namespace convgrad::avx512 { namespace {
#include CONVGRAD_KERNEL_FILE

#undef CONVGRAD_ISA_NAMESPACE
#undef CONVGRAD_VECTOR_BYTES
#undef CONVGRAD_VECTOR_COUNT
#undef CONVGRAD_TARGET
#undef CONVGRAD_BEGIN_ISA
#ifdef CONVGRAD_BFLOAT16_PASS
#undef CONVGRAD_ISA_TOGGLE
#else
#define CONVGRAD_ISA_TOGGLE
#endif
#define CONVGRAD_ISA_NAMESPACE avx2
#define CONVGRAD_VECTOR_BYTES 32
#define CONVGRAD_VECTOR_COUNT 16
#define CONVGRAD_TARGET __attribute__((target(CONVGRAD_AVX2_FEATURES)))
#define CONVGRAD_BEGIN_ISA CONVGRAD_OPEN_TARGET(CONVGRAD_AVX2_FEATURES) namespace convgrad::avx2 { namespace {
#include CONVGRAD_KERNEL_FILE

#undef CONVGRAD_ONCE
#undef CONVGRAD_ISA_NAMESPACE
#undef CONVGRAD_VECTOR_BYTES
#undef CONVGRAD_VECTOR_COUNT
#undef CONVGRAD_TARGET
#undef CONVGRAD_BEGIN_ISA
#undef CONVGRAD_END_ISA
#ifdef CONVGRAD_BFLOAT16_PASS
#define CONVGRAD_ISA_TOGGLE
#else
#undef CONVGRAD_ISA_TOGGLE
#endif
#define CONVGRAD_ISA_NAMESPACE scalar
#define CONVGRAD_VECTOR_COUNT 16

#else

#define CONVGRAD_ISA_NAMESPACE neon
#define CONVGRAD_VECTOR_COUNT 32

#endif

// The last pass: the baseline every processor of this architecture has, no target pragma needed.
#define CONVGRAD_ONCE 1
#define CONVGRAD_VECTOR_BYTES 16
#define CONVGRAD_TARGET
#define CONVGRAD_BEGIN_ISA namespace convgrad::CONVGRAD_ISA_NAMESPACE { namespace {
#define CONVGRAD_END_ISA } }

#endif  // CONVGRAD_SIMD_FOREACH_ISA_H

// C[M,N] = activation( op(A)[M,K] op(B)[K,N] + bias[N] ), row-major.
//
//   transpose_a: A is stored [K,M];  transpose_b: B is stored [N,K]
//   dense forward: x w + b;  its gradients: dx = dy w^T (transpose_b), dw = x^T dy (transpose_a)
//
// C is assigned. How: gemm/matmul_rows.h, matmul_outer.h where A is transposed, matmul_few_rows.h.
#include "gemm/blocking.h"
#include "gemm/contract.h"
#include "gemm/matmul_few_rows.h"
#include "gemm/matmul_outer.h"
#include "gemm/matmul_rows.h"
#include "ops/matmul.h"
#include "ops/matmul_bfloat16.h"
#include "runtime/op.h"

#undef CONVGRAD_KERNEL_FILE
#define CONVGRAD_KERNEL_FILE "ops/matmul.cpp"
#include "simd/foreach_isa.h"
#include "gemm/few_rows.h"
#include "gemm/outer.h"
#include "gemm/packing.h"
#include "gemm/rows.h"

#if CONVGRAD_ONCE
namespace convgrad {
namespace {

template <class T>
void launch_matmul_of(Launch& launch, const MatmulShape& shape, const T* a, const T* b, T* c, const Finish<T>& finish) {
  if (shape.m <= blocking::kFewRows && !shape.transpose_a) {
    const auto kernel = shape.transpose_b ? CONVGRAD_DISPATCH(multiply_few_rows_dot<T>)
                                          : CONVGRAD_DISPATCH(multiply_few_rows<T>);
    const MatmulFewRows<T> product(launch, shape, kernel, a, b, c, finish);
    launch([product] { product.run(); });
    return;
  }
  const TileShape tile = CONVGRAD_DISPATCH(choose_tile<T>)(shape.m, shape.n);
  const auto pack = CONVGRAD_DISPATCH(pack_panel<T>);
  if (shape.transpose_a) {
    const MatmulOuter<T> product(launch, shape, tile, CONVGRAD_DISPATCH(multiply_outer<T>), pack, a, b, c, finish);
    launch([product] { product.run(); });
    return;
  }
  const auto multiply = CONVGRAD_DISPATCH(multiply_rows<T>);
  const MatmulRows<T, T, T> product(launch, shape, tile, {pack, multiply, multiply, nullptr}, a, b, c, finish);
  launch([product] { product.run(); });
}

void matmul(Launch& launch, const Buffer& a, const Buffer& b, OptionalBuffer bias, const Buffer& c, int64_t m, int64_t n,
            int64_t k, bool transpose_a, bool transpose_b, int32_t activation) {
  if (m == 0 || n == 0) return;
  const MatmulShape shape{m, n, k, transpose_a, transpose_b};
  if (a.dtype == DType::bfloat16 || b.dtype == DType::bfloat16 || c.dtype == DType::bfloat16) {
    const Finish<float> finish{bias ? bias->as<float>() : nullptr, static_cast<Activation>(activation)};
    return launch_matmul_bfloat16(launch, shape, a, b, c, finish);
  }
  visit_float(c.dtype, [&]<class T>() {
    const Finish<T> finish{bias ? bias->as<T>() : nullptr, static_cast<Activation>(activation)};
    launch_matmul_of<T>(launch, shape, a.as<T>(), b.as<T>(), c.as<T>(), finish);
  });
}

}  // namespace

void launch_matmul(Launch& launch, const MatmulShape& shape, const float* a, const float* b, float* c,
                   const Finish<float>& finish) {
  launch_matmul_of(launch, shape, a, b, c, finish);
}

REGISTER_OP(matmul);

}  // namespace convgrad
#endif

// Ops that take every dtype and look at the numbers: calls visit.template operator()<T>() with the element type.
#pragma once
#include "runtime/dtype.h"

namespace convgrad {

template <class Visit>
void visit_any(DType dtype, Visit&& visit) {
  switch (dtype) {
    case DType::float32: visit.template operator()<float>(); break;
    case DType::float64: visit.template operator()<double>(); break;
    case DType::int32: visit.template operator()<int32_t>(); break;
    case DType::uint8: visit.template operator()<uint8_t>(); break;
    case DType::bfloat16: visit.template operator()<bfloat16>(); break;
  }
}

}  // namespace convgrad

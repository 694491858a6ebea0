// Ops that only move elements know them by size: calls visit.template operator()<U>() with an unsigned integer as large.
#pragma once
#include "runtime/dtype.h"

namespace convgrad {

template <class Visit>
void visit_size(DType dtype, Visit&& visit) {
  switch (size_of(dtype)) {
    case 1: visit.template operator()<uint8_t>(); break;
    case 2: visit.template operator()<uint16_t>(); break;
    case 4: visit.template operator()<uint32_t>(); break;
    default: visit.template operator()<uint64_t>(); break;
  }
}

}  // namespace convgrad

#include "runtime/op.h"

#include <cctype>
#include <deque>
#include <stdexcept>
#include <string>

namespace convgrad::detail {

void wrong_argument(int position, const char* expected) {
  throw std::invalid_argument("argument " + std::to_string(position) + " must be " + expected);
}

void wrong_argument_count(size_t expected, size_t given) {
  throw std::invalid_argument("expected " + std::to_string(expected) + " arguments, but received " +
                              (given > expected ? "more" : std::to_string(given)));
}

static std::string camel_case(const char* snake) {
  std::string name;
  for (bool upper = false; *snake; snake++) {
    if (*snake == '_') upper = true;
    else name += upper ? static_cast<char>(std::toupper(static_cast<unsigned char>(*snake))) : *snake, upper = false;
  }
  return name;
}

void export_ops(napi_env env, napi_value exports, Environment& environment) {
  // The names live as long as the process, the rest as long as the environment's functions: until it ends.
  static std::deque<std::string> names;
  static std::mutex mutex;
  const std::lock_guard<std::mutex> lock(mutex);
  for (const OpEntry* op = OpEntry::first(); op; op = op->next) {
    const std::string& name = names.emplace_back(camel_case(op->name));
    auto* data = new FunctionData{&environment, name.c_str()};
    napi_value function;
    if (napi_create_function(env, name.c_str(), NAPI_AUTO_LENGTH, op->callback, data, &function) != napi_ok) {
      delete data;  // the environment is shutting down
      return;
    }
    napi_add_finalizer(
        env, function, data, [](napi_env, void* stored, void*) { delete static_cast<FunctionData*>(stored); }, nullptr,
        nullptr);
    napi_set_named_property(env, exports, name.c_str(), function);
  }
}

}  // namespace convgrad::detail

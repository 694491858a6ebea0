// Keeps the binary loadable on systems whose libstdc++ is older than the compiler's (before GLIBCXX_3.4.29, GCC 11).
// Containers and node-addon-api call this function when an array would be larger than memory; a newer libstdc++ exports
// it, an older one does not have it. With a definition of our own, local to the addon, nobody has to.
#include <new>

#if defined(__GLIBCXX__)
namespace std {
[[noreturn]] __attribute__((visibility("hidden"))) void __throw_bad_array_new_length();
void __throw_bad_array_new_length() { throw bad_array_new_length(); }
}  // namespace std
#endif

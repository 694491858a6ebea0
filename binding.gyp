# The release build, run by `npm run prebuild` (prebuildify). Same sources and flags as CMakeLists.txt.
# This file stays out of the npm tarball: npm would start node-gyp on every installation that has one.
{
  'targets': [
    {
      'target_name': 'convgrad',
      'sources': ['<!@(node scripts/gyp.mjs sources)'],
      'include_dirs': ['native', '<!@(node scripts/gyp.mjs includes)'],
      'defines': ['NAPI_VERSION=8'],
      'cflags_cc': ['-std=c++20', '-O3', '-ffp-contract=fast', '-fno-math-errno', '-fvisibility=hidden', '-fvisibility-inlines-hidden', '-Wall', '-Wextra', '-Wno-psabi'],
      'conditions': [
        ['OS=="linux"', { 'cflags': ['-pthread'], 'ldflags': ['-pthread', '-Wl,--gc-sections'] }],
        ['OS=="mac"', {
          'xcode_settings': {
            'CLANG_CXX_LANGUAGE_STANDARD': 'c++20',
            'GCC_OPTIMIZATION_LEVEL': '3',
            'GCC_ENABLE_CPP_EXCEPTIONS': 'YES',
            'GCC_SYMBOLS_PRIVATE_EXTERN': 'YES',
            'MACOSX_DEPLOYMENT_TARGET': '11.0',
            'OTHER_CFLAGS': ['-ffp-contract=fast', '-fno-math-errno'],
          },
        }],
        ['OS=="win"', { 'msvs_settings': { 'VCCLCompilerTool': { 'AdditionalOptions': ['/std:c++20', '/O2', '/EHsc'] } } }],
      ],
    },
  ],
}
